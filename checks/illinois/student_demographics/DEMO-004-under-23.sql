-- id: IL-DEMO-004
-- title: Student was 23 or older on the enrollment date
-- source: Student Demographics | K – 12 students must be at least 3 years old
-- table: enrollment
-- columns: birth_date, enrollment_date
-- reads: enrollment(sid, entry_grade_level, enrollment_date, school_year), student(sid, birth_date)
-- message: The student was 23 or older on the enrollment date; kindergarten to grade 12 is for those under 23.
-- expected: the 23rd birthday after the enrollment date
-- fix: Correct the Date of Birth in the demographics file, or the enrollment date.
-- note: Enrollments of the current school year. The lower bound, 3 years, is reported by IL-ENR-016.
select _row, birth_date, birth_date + interval 23 year > enrollment_date as holds
from enrollment_context
where is_current
    and entry_grade_level in ('15', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12')
