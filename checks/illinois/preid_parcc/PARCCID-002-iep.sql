-- id: IL-PARCCID-002
-- title: PARCC Pre-ID with an IEP accommodation for a student without IDEA services
-- kind: cross
-- source: PARCC Pre-ID | If an IEP Accommodation is selected student’s IDEA Services must =
-- table: preid_parcc
-- columns: iep_accommodation, idea_services_indicator
-- reads: preid_parcc(sid, iep_accommodation), student(sid, idea_services_indicator)
-- message: An IEP accommodation is selected, but IDEA Services of the student is not 01 (Yes).
-- expected: 01
-- fix: Set IDEA Services of the student to 01, or remove the IEP accommodations from the row.
-- note: Rows of the current school year, since the indicator is of today; without a school year, students who are
--   enrolled now. An empty indicator is not Yes. A student whom the extract does not know can't be told.
select
    _row,
    idea_services_indicator,
    case when student_known then coalesce(idea_services_indicator = '01', false) end as holds
from preid_context
where is_present and iep_accommodation = '01'
