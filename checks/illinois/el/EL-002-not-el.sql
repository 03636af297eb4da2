-- id: IL-EL-002
-- title: Open EL record of a student who is not an English Learner
-- kind: cross
-- source: EL (English Learners) | A student must be English Learner’s (EL) 01 “Yes” for an
-- table: el
-- columns: el_indicator
-- reads: el(sid, school_year, el_services_end_date), student(sid, el_indicator)
-- message: The EL services of this record have not ended, but the student's EL indicator is not 01 (Yes).
-- expected: 01
-- fix: Set the EL indicator of the student to 01 in the demographics file; or, if the student is no English Learner,
--   end the EL services with the date and the reason.
-- note: Records of the current school year whose services have not ended. A record whose student is not in the extract
--   is reported too.
select _row, el_indicator, coalesce(el_indicator = '01', false) as holds
from el_context
where is_current and is_open
