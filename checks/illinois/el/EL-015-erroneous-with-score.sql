-- id: IL-EL-015
-- title: EL record marked erroneous although there is an ACCESS score of the year
-- kind: cross
-- source: EL (English Learners) | If a student receives an ACCESS Score, then the EL Reason
-- table: el
-- columns: el_services_end_reason_code, el_services_end_date
-- reads: el(sid, school_year, el_services_end_reason_code), access_score(sid, school_year)
-- message: The student has an ACCESS score of this school year, so the EL record can't have been entered in error.
-- expected: another reason, or none
-- fix: Empty the Date EL Services Ended and the reason if the student still receives services (the state does so for
--   students who are enrolled); else enter the true reason.
-- note: A score of any level counts, of the same school year only.
select _row, el_services_end_reason_code is distinct from 'erroneous' as holds
from el_context
where has_score
