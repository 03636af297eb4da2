-- id: IL-ENR-028
-- title: Birth to 3 student is 3 or older on the Enrollment Date
-- source: Enrollment | Birth Date validation - Birth to 3 students only - Student
-- table: enrollment
-- columns: entry_grade_level, birth_date, enrollment_date
-- reads: enrollment(entry_grade_level, enrollment_date), student(birth_date)
-- message: The student is enrolled as Birth to 3 (grade level 00) on or after the third birthday.
-- expected: a third birthday after the Enrollment Date
-- fix: Correct the birth date on the student, the Enrollment Date, or the grade level (Pre-K is 14).
-- note: The age on the Enrollment Date counts, not that of today. All years are judged.
select _row, birth_date, birth_date + interval 3 year > enrollment_date as holds
from enrollment_context
where entry_grade_level = '00'
