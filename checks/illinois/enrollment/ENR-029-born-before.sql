-- id: IL-ENR-029
-- title: Birth to 3 student was enrolled before birth
-- source: Enrollment | must be born on or before the Enrollment Date
-- table: enrollment
-- columns: entry_grade_level, birth_date, enrollment_date
-- reads: enrollment(entry_grade_level, enrollment_date), student(birth_date)
-- message: The Enrollment Date of this Birth to 3 student (grade level 00) lies before the birth date.
-- expected: a birth date on or before the Enrollment Date
-- fix: Correct the birth date on the student, or the Enrollment Date.
-- note: All years are judged.
select _row, birth_date, birth_date <= enrollment_date as holds
from enrollment_context
where entry_grade_level = '00'
