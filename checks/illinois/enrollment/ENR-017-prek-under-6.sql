-- id: IL-ENR-017
-- title: Pre-K student is 6 or older on September 1
-- source: Enrollment | Pre-K students must be less than 6 years old on September
-- table: enrollment
-- columns: entry_grade_level, birth_date, school_year
-- reads: enrollment(entry_grade_level, school_year), student(birth_date)
-- message: The student is enrolled in Pre-K (grade level 14), but was 6 or older on September 1 of the school year.
-- expected: a sixth birthday after September 1
-- fix: Correct the birth date on the student or the grade level.
-- note: September 1 that falls into the school year of the enrollment. All years are judged.
select _row, birth_date, birth_date + interval 6 year > make_date(school_year - 1, 9, 1) as holds
from enrollment_context
where entry_grade_level = '14'
