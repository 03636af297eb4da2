-- id: IL-EXIT-001
-- title: Exit sent by a district that is not the home district
-- kind: cross
-- source: Exit Enrollment | The Home RCDTS of the student’s active enrollment must match the
-- table: exit_enrollment
-- columns: home_rcdts, submitter_rcdt
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, submitter_rcdt), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, enrollment_date)
-- message: The file with this exit was sent by another district than the home district of the enrollment.
-- expected: an RCDT equal to the first 11 characters of the Home RCDTS
-- fix: Only the home district exits a student. Take the row out of this file and let the home district send it; or
--   correct the Home RCDTS in the enrollment and in the exit if it is wrong.
-- note: Erroneous exits (99) are judged too. Rows without a submitter are not judged; where the enrollment itself is
--   missing, only that is reported.
select
    _row,
    left(home_rcdts, 11) = left(submitter_rcdt, 11) as holds
from exit_context
where enrollment_known and submitter_rcdt is not null
