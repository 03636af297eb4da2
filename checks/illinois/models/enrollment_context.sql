-- model: enrollment_context
-- doc: Enrollment rows that are not erroneous (every copy of a doubled key, G22) with the student and the entities of
--   home and serving school. ``active`` as G2; ``is_current``: of the current school year (G16).
select
    e.*,
    e.exit_date is null as active,
    e.school_year = :current_school_year as is_current,
    s.sid is not null as student_known,
    s.birth_date,
    s.idea_services_indicator,
    s.private_school_student,
    h.entity_type as home_entity_type,
    v.entity_type as serving_entity_type
from enrollment e
left join student s on s.sid = e.sid and s._last
left join entity h on h.rcdts = e.home_rcdts and h._last
left join entity v on v.rcdts = e.serving_rcdts and v._last
where e.exit_type_code is distinct from '99'
