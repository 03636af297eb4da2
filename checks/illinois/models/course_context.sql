-- model: course_context
-- doc: Student course rows that are not marked erroneous (G19), with their matching enrollments summed up (G5) and what
--   kind of course it is. ``steps``, ``possible_steps``: how far the matching cascade gets for sure, and how far it may
--   get where key values are missing (course_unmatched); 4 = there is a matching enrollment, and only then are its
--   dates filled. ``only_prek``: all matching enrollments are Pre-K. ``is_secondary``: by the group of the catalogue,
--   else by subject area 01 to 22.
select
    c.*,
    coalesce(u.steps, 4) as steps,
    coalesce(u.possible_steps, 4) as possible_steps,
    y.first_entry,
    y.entries_unknown,
    y.last_exit,
    y.open_count,
    y.last_graded_exit,
    coalesce(y.only_prek, false) as only_prek,
    coalesce(
        k.course_group = 'secondary',
        left(c.state_course_code, 2) between '01' and '22' and substr(c.state_course_code, 2, 1) between '0' and '9'
    ) as is_secondary
from student_course_assignment c
left join enrollment_year y
    on y.sid = c.sid and y.home_rcdts = c.home_rcdts and y.serving_rcdts = c.serving_rcdts
    and y.school_year = c.school_year
left join course_unmatched u on u._row = c._row
left join state_course k on k.state_course_code = c.state_course_code and k._last
where c.final_letter_grade_code is distinct from '99'
