-- id: IL-EXIT-011
-- title: Homeless student exited with homeless data missing
-- kind: completeness
-- source: Exit Enrollment | If the student is Homeless Indicator is ‘Yes’, the student’s Homeless
-- table: exit_enrollment
-- columns: :homeless_mandatory
-- reads: exit_enrollment(sid, school_year, exit_date, exit_type_code), enrollment(sid), student(sid,
--   homeless_indicator), homeless(sid, school_year, :homeless_mandatory)
-- message: The exited student is marked homeless, but the Homeless record of the school year is missing or lacks a
--   field that we take as mandatory.
-- expected: a Homeless record of the school year with all mandatory fields
-- fix: Submit the Homeless record of this school year with the named fields, or set the Homeless indicator to 02; then
--   exit the student.
-- note: The state does not list the mandatory fields. A record marked erroneous does not count; of several records of the year one that is complete is enough. Exits of the current school year, not
--   erroneous ones.
select _row, homeless_empty as failing, homeless_empty = '' as holds
from exit_completeness
where homeless_indicator = '01'
