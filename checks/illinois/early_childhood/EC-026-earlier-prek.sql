-- id: IL-EC-026
-- title: Earlier Pre-K enrollment, but Previous Enrollment is not Yes
-- kind: cross
-- source: Early Childhood | Previous Enrollment in an early childhood program must be “yes” when
-- table: early_childhood
-- columns: previous_ec_enrollment
-- reads: early_childhood(sid, home_rcdts, serving_rcdts, school_year, previous_ec_enrollment), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, entry_grade_level, exit_type_code)
-- message: The child was in Pre-K in an earlier school year and was exited there, but the record does not say that the
--   child was in an early childhood program before.
-- expected: 01
-- fix: Set Previous Enrollment in an early childhood program to 01. If the earlier enrollment is wrong, mark it as
--   erroneous (exit code 99).
-- note: Earlier means an earlier school year; a second or new enrollment within the year is not a previous one. Records
--   without a matching enrollment are not judged.
select _row, previous_ec_enrollment is not distinct from '01' as holds
from childhood_context
where matched and prek_ended_year < school_year
