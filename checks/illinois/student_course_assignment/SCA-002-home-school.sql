-- id: IL-SCA-002
-- title: Course row of a student without an enrollment at that home school
-- kind: cross
-- source: Student Course Assignment | Enrollment record Home RCDTS matches Student Course Assignment record’s Home
--   RCDTS
-- table: student_course_assignment
-- columns: home_rcdts
-- reads: student_course_assignment(sid, home_rcdts), enrollment(sid, home_rcdts)
-- message: No enrollment of this student has the Home RCDTS of the course row.
-- expected: the Home RCDTS of one of the student's enrollments
-- fix: Compare the SID and the Home RCDTS (all 15 characters) of the course row with the student's enrollment and
--   correct the one that is wrong; if the student was never enrolled there, remove the course row.
-- note: First step of four; the first that fails is reported. Enrollments of every year count, exited and erroneous
--   ones too. Where a key value is missing on either side, it can't be told.
select
    _row,
    case when steps >= 1 then true when possible_steps < 1 then false end as holds
from course_context
