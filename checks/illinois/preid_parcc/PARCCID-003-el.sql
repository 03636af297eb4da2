-- id: IL-PARCCID-003
-- title: PARCC Pre-ID with an English learner accommodation for another student
-- kind: cross
-- source: PARCC Pre-ID | If a LEP Accommodation is selected the student’s EL Indicator must
-- table: preid_parcc
-- columns: lep_accommodation, el_indicator
-- reads: preid_parcc(sid, lep_accommodation), student(sid, el_indicator)
-- message: An accommodation for English learners (LEP) is selected, but EL Indicator of the student is not 01 (Yes).
-- expected: 01
-- fix: Set EL Indicator of the student to 01, or remove the LEP accommodations from the row.
-- note: Rows of the current school year, since the indicator is of today; without a school year, students who are
--   enrolled now. An empty indicator is not Yes. A student whom the extract does not know can't be told.
select
    _row,
    el_indicator,
    case when student_known then coalesce(el_indicator = '01', false) end as holds
from preid_context
where is_present and lep_accommodation = '01'
