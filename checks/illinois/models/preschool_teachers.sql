-- model: preschool_teachers
-- doc: Preschool course rows (preschool_context) and what the teacher course rows say of them. A teacher of the course
--   has the same place, school year and State Course Code, and the same section and local course where both rows fill
--   them; erroneous teacher rows do not count. ``teacher_found``: one of them was sent on the day of the student row or
--   before, as far as both days are known; null where a missing place, year or code may hide one.
with compared as (
    select
        p._row,
        (t.section_number = p.section_number) is not false
            and (t.local_course_id = p.local_course_id) is not false
            and (t.submitted_date <= p.submitted_date) is not false as fits
    from preschool_context p
    join teacher_course_assignment t
        on t.teaching_location_rcdts = p.serving_rcdts and t.school_year = p.school_year
        and t.state_course_code = p.state_course_code
    where t.exit_reason_code is distinct from '07'
),
found as (
    select distinct _row from compared where fits
),
incomplete as (
    select count(*) as teacher_rows
    from teacher_course_assignment
    where exit_reason_code is distinct from '07'
        and (teaching_location_rcdts is null or school_year is null or state_course_code is null)
)
select
    p._row,
    p.matched,
    p.serving_entity_type,
    case
        when f._row is not null then true
        when p.state_course_code is not null and i.teacher_rows = 0 then false
    end as teacher_found
from preschool_context p
cross join incomplete i
left join found f on f._row = p._row
