-- id: IL-SCA-003
-- title: Course row of a student without an enrollment at that serving school
-- kind: cross
-- source: Student Course Assignment | Enrollment record Serving RCDTS matches Student Course Assignment record’s
--   Serving RCDTS
-- table: student_course_assignment
-- columns: serving_rcdts
-- reads: student_course_assignment(sid, home_rcdts, serving_rcdts), enrollment(sid, home_rcdts, serving_rcdts)
-- message: The student has an enrollment with this Home RCDTS, but none of them has the Serving RCDTS of the course
--   row.
-- expected: the Serving RCDTS of one of the student's enrollments at that home school
-- fix: Compare the Serving RCDTS (all 15 characters) of the course row with the student's enrollments at this home
--   school and correct the one that is wrong.
-- note: Second step of four: judged where an enrollment with the same home school exists.
select
    _row,
    case when steps >= 2 then true when possible_steps < 2 then false end as holds
from course_context
where steps >= 1
