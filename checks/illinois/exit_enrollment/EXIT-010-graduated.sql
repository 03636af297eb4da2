-- id: IL-EXIT-010
-- title: Graduated from a grade other than 11 or 12
-- kind: cross
-- source: Exit Enrollment | Only Grades 11 or 12 can have a ‘06’ Graduation Exit
-- table: exit_enrollment
-- columns: exit_type_code, entry_grade_level
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_type_code), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level)
-- message: The student was exited with type 06 (Graduated), but is not in grade 11 or 12.
-- expected: grade 11 or 12
-- fix: Choose another Exit Type, or correct the Entry/Grade Level of the enrollment.
select
    _row,
    entry_grade_level,
    coalesce(entry_grade_level in ('11', '12'), false) as holds
from exit_context
where exit_type_code = '06' and enrollment_known
