-- model: course_context
-- doc: Student course rows that are not marked erroneous (G19) with their matching enrollments summed up (G5).
--   ``steps``: how many steps of the matching cascade hold: home school, serving school, school year, not erroneous
--   (4 = there is a matching enrollment).
select
    c.*,
    case when y.sid is null then coalesce(u.steps, 0) when y.valid = 0 then 3 else 4 end as steps,
    y.first_entry,
    y.entries_unknown,
    y.last_exit,
    y.open_count
from student_course_assignment c
left join enrollment_year y
    on y.sid = c.sid and y.home_rcdts = c.home_rcdts and y.serving_rcdts = c.serving_rcdts
    and y.school_year = c.school_year
left join course_unmatched u on u._row = c._row
where c.final_letter_grade_code is distinct from '99'
