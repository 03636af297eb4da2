-- id: IL-EXIT-012
-- title: Exit before the end of a course
-- kind: cross
-- source: Exit Enrollment | Exit Enrollment Date must be greater than or equal to the
-- table: exit_enrollment
-- columns: exit_date, course_end_date
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code),
--   student_course_assignment(sid, home_rcdts, serving_rcdts, school_year, course_start_date, course_end_date)
-- message: A course of this enrollment ends after the Exit Date.
-- expected: an Exit Date on or after the end of all its courses
-- fix: Correct the Exit Date, or the Course End Date of the course that ends later.
-- note: A course belongs to the enrollment at the same schools in the same year within whose dates it starts; a course
--   without start date to the last of them. Courses without end date or marked erroneous do not count, and exits
--   without such a course are not judged.
with last_exit as (
    select x.sid, x.home_rcdts, x.serving_rcdts, x.school_year, x.enrollment_date
    from exit_enrollment x
    left join enrollment_year y
        on y.match_key = hash(x.sid, x.home_rcdts, x.serving_rcdts, x.school_year)
    where x._last and x.exit_type_code is distinct from '99' and coalesce(y.open_count, 0) = 0
        and x.sid in (select sid from student_course_assignment where course_start_date is null)
    qualify row_number() over (
        partition by x.sid, x.home_rcdts, x.serving_rcdts, x.school_year
        order by x.exit_date desc nulls first, x.enrollment_date desc
    ) = 1
),
exits as (
    select
        x._row, x.sid, x.home_rcdts, x.serving_rcdts, x.school_year, x.enrollment_date, x.exit_date,
        l.sid is not null as is_last
    from exit_enrollment x
    left join last_exit l
        on l.sid = x.sid and l.home_rcdts = x.home_rcdts and l.serving_rcdts = x.serving_rcdts
        and l.school_year = x.school_year and l.enrollment_date = x.enrollment_date
    where x.exit_date is not null and x.exit_type_code is distinct from '99'
)
select
    x._row,
    max(c.course_end_date) as course_end_date,
    max(c.course_end_date) <= x.exit_date as holds
from student_course_assignment c
join exits x
    on x.sid = c.sid and x.home_rcdts = c.home_rcdts and x.serving_rcdts = c.serving_rcdts
    and x.school_year = c.school_year
where c._last and c.course_end_date is not null and c.final_letter_grade_code is distinct from '99'
    and (c.course_start_date between x.enrollment_date and x.exit_date or (c.course_start_date is null and x.is_last))
group by x._row, x.exit_date
