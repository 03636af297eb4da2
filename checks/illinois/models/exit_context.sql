-- model: exit_context
-- doc: Exit rows (every copy of a doubled key, erroneous ones too) with the enrollment that they exit (same key) and
--   the student. ``is_current``: of the current school year (G16); ``is_current_exit``: and an exited enrollment that
--   is not erroneous, which the completeness rules judge.
-- materialize: yes
select
    x.*,
    x.school_year = :current_school_year as is_current,
    x.exit_date is not null and x.exit_type_code is distinct from '99' and x.school_year = :current_school_year
        as is_current_exit,
    e.sid is not null as enrollment_known,
    e.entry_grade_level,
    e.exit_date as enrollment_exit_date,
    s.sid is not null as student_known,
    s.el_indicator,
    s.idea_services_indicator,
    s.private_school_student,
    s.homeless_indicator,
    s.sid_created_date
from exit_enrollment x
-- the students first: that leaves few enrollments to look for the one of five columns
left join (from enrollment where sid in (select sid from exit_enrollment)) e
    on e.sid = x.sid and e.home_rcdts = x.home_rcdts and e.serving_rcdts = x.serving_rcdts
    and e.school_year = x.school_year and e.enrollment_date = x.enrollment_date and e._last
left join student s on s.sid = x.sid and s._last
