-- id: IL-EXIT-009
-- title: Grade 12 student exited as promoted
-- kind: cross
-- source: Exit Enrollment | A Grade 12 student cannot have an Exit Enrollment Type code
-- table: exit_enrollment
-- columns: exit_type_code, entry_grade_level
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_type_code), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level)
-- message: The student is in grade 12 and can't be exited with type 05 (Promotion).
-- expected: another Exit Type than 05
-- fix: Choose the Exit Type that applies, as 06 (Graduated) or 12 (Retained), or correct the grade of the enrollment.
select
    _row,
    entry_grade_level,
    coalesce(exit_type_code <> '05', true) as holds
from exit_context
where entry_grade_level = '12' and exit_type_code is distinct from '99'
