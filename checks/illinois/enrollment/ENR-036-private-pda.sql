-- id: IL-ENR-036
-- title: Private school student does not attend a full day
-- source: Enrollment | Private School Student PDA must be 1.00.
-- effective: 2012-08-13
-- table: enrollment
-- columns: percent_day_attended
-- reads: enrollment(percent_day_attended, exit_date), student(private_school_student)
-- message: The student is marked as Private School Student, but Percent of Day Attended is not 1.00.
-- expected: 1.00
-- fix: Exit the enrollment with code 17 and enroll the student with 1.00; or correct the Private School Student
--   indicator.
-- note: Active enrollments of the current school year.
select _row, percent_day_attended is not distinct from 1 as holds
from enrollment_context
where active and is_current and private_school_student = '01'
