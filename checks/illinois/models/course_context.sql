-- model: course_context
-- doc: Student course rows that are not marked erroneous (valid_courses), with their matching enrollments summed up
--   (G5) and what kind of course it is. ``steps``, ``possible_steps``: how far the matching cascade gets for sure, and
--   how far it may get where key values are missing (course_unmatched); 4 = there is a matching enrollment, and only
--   then are its dates and counts filled. ``only_prek``: all matching enrollments are Pre-K. ``is_secondary``: by the
--   group of the catalogue, else by subject area 01 to 22. Rows with and without a match are taken one after the other,
--   as what is said of the first is much faster to judge where it is the same for all of them.
with searched as not materialized (
    select
        c.*,
        4 as steps,
        4 as possible_steps,
        y.first_entry,
        y.entries_unknown,
        y.last_exit,
        y.open_count,
        y.last_graded_exit,
        y.only_prek
    from valid_courses c
    join enrollment_year y
        on y.match_key = hash(c.sid, c.home_rcdts, c.serving_rcdts, c.school_year) and y.valid > 0
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
