-- model: course_context
-- doc: Student course rows that are not marked erroneous (G19), with their matching enrollments summed up (G5) and what
--   kind of course it is. ``steps``, ``possible_steps``: how far the matching cascade gets for sure, and how far it may
--   get where key values are missing (course_unmatched); 4 = there is a matching enrollment, and only then are its
--   dates and counts filled. ``only_prek``: all matching enrollments are Pre-K. ``is_secondary``: by the group of the
--   catalogue, else by subject area 01 to 22. Rows with and without a match are taken one after the other, as what is
--   said of the first is much faster to judge where it is the same for all of them; a further column of a course is
--   named here and in course_unmatched.
with searched as not materialized (
    select
        c._row,
        c.sid,
        c.home_rcdts,
        c.serving_rcdts,
        c.school_year,
        c.state_course_code,
        c.term_code,
        c.course_start_date,
        c.course_end_date,
        c.final_letter_grade_code,
        c.dual_credit,
        c.ipeds_number,
        4 as steps,
        4 as possible_steps,
        y.first_entry,
        y.entries_unknown,
        y.last_exit,
        y.open_count,
        y.last_graded_exit,
        y.only_prek
    from student_course_assignment c
    join enrollment_year y
        on y.match_key = hash(c.sid, c.home_rcdts, c.serving_rcdts, c.school_year) and y.valid > 0
    where c.final_letter_grade_code is distinct from '99'
    union all
    select *, null, null, null, null, null, false
    from course_unmatched
)
select
    s.*,
    coalesce(
        k.course_group = 'secondary',
        left(s.state_course_code, 2) between '01' and '22' and substr(s.state_course_code, 2, 1) between '0' and '9'
    ) as is_secondary
from searched s
left join state_course k on k.state_course_code = s.state_course_code and k._last
