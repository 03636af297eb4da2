-- id: IL-EXIT-019
-- title: Birth to 3 student exited with a type that is not allowed
-- kind: cross
-- source: Exit Enrollment | If a Birth to 3 student’s enrollment is exited, only the
-- table: exit_enrollment
-- columns: exit_type_code, entry_grade_level
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_type_code), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level)
-- message: The Exit Type is not one of those allowed for Birth to 3 students (grade 00).
-- expected: 01, 02, 03, 04, 05, 07, 09, 11, 12, 17, 18 or 99
-- fix: Choose one of the allowed Exit Types, or correct the grade of the enrollment.
-- note: A missing Exit Type is reported by the rule on mandatory exit data alone.
select
    _row,
    entry_grade_level,
    exit_type_code in ('01', '02', '03', '04', '05', '07', '09', '11', '12', '17', '18', '99') as holds
from exit_context
where entry_grade_level = '00'
