-- id: IL-EXIT-005
-- title: English Learner exited with EL data missing
-- kind: completeness
-- source: Exit Enrollment | If the exiting student is EL Indicator ‘Yes’, the student’s EL
-- table: exit_enrollment
-- columns: :el_mandatory
-- reads: exit_enrollment(sid, school_year, exit_date, exit_type_code), enrollment(sid), student(sid, el_indicator),
--   el(sid, school_year, :el_mandatory)
-- message: The exited student is an English Learner, but the EL record of the school year is missing or lacks a
--   field that we take as mandatory.
-- expected: an EL record of the school year with all mandatory fields
-- fix: Submit the EL record of this school year with the named fields, or set the EL indicator to 02 if the student is
--   not an English Learner; then exit the student.
-- note: The state does not list the mandatory EL fields. Of several EL records of the year one that is complete is
--   enough. Exits of the current school year, not erroneous ones.
select _row, el_empty as failing, el_empty = '' as holds
from exit_completeness
where el_indicator = '01'
