-- model: el_context
-- doc: EL rows (every copy of a doubled key, G22) with the student and what the active enrollments say of dual language
--   (null where there is none). ``is_open``: the services have not ended; ``is_current``: of the current school year
--   (G16); ``has_score``: the student has an ACCESS score of the same school year.
select
    l.*,
    l.el_services_end_date is null as is_open,
    l.school_year = :current_school_year as is_current,
    s.birth_date,
    s.el_indicator,
    s.private_school_student,
    a.in_dual_language,
    a.outside_dual_language,
    t.sid is not null as has_score
from el l
left join student s on s.sid = l.sid and s._last
left join student_active a on a.sid = l.sid
left join access_score t on t.sid = l.sid and t.school_year = l.school_year and t._last
