-- id: IL-ENR-039
-- title: Tuition-In is not No for a private school student
-- source: Enrollment | Tuition-In Indicator must be “no” if Private School Student (PSS) indicator
-- effective: 2018-06-29
-- years: 2019-
-- table: enrollment
-- columns: tuition_in_indicator
-- reads: enrollment(tuition_in_indicator, exit_date), student(private_school_student)
-- message: The student is marked as Private School Student, but the Tuition-In Indicator is not 02 (No).
-- expected: 02
-- fix: Set the Tuition-In Indicator of the enrollment to 02, or correct the Private School Student indicator.
-- note: Active enrollments of the current school year.
select _row, tuition_in_indicator is not distinct from '02' as holds
from enrollment_context
where active and is_current and school_year >= 2019 and private_school_student = '01'
