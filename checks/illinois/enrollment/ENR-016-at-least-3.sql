-- id: IL-ENR-016
-- title: Student in Pre-K to grade 12 is younger than 3 on the Enrollment Date
-- source: Enrollment | All students in grades Early Childhood thru 12 must be at
-- table: enrollment
-- columns: entry_grade_level, birth_date, enrollment_date
-- reads: enrollment(entry_grade_level, enrollment_date), student(birth_date)
-- message: The student is enrolled in Pre-K, Kindergarten or a grade from 1 to 12 before the third birthday.
-- expected: an Enrollment Date on or after the third birthday
-- fix: Correct the birth date on the student, the Enrollment Date, or the grade level (Birth to 3 is 00).
-- note: Enrollments of the current school year.
select _row, birth_date, birth_date + interval 3 year <= enrollment_date as holds
from enrollment_context
where is_current
    and entry_grade_level in ('14', '15', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12')
