-- id: IL-PSAT-005
-- title: SAT Pre-ID of a grade 12 student whom the state does not require to test
-- kind: cross
-- severity: warning
-- source: PSAT/SAT Pre-ID | SAT will be administered to students enrolled in grade 12, only
-- effective: 2018-11-30 (added/updated); SAT validations first added 2017-07-10
-- table: preid_psat_sat
-- columns: isbe_required
-- reads: preid_psat_sat(sid, assessment_code, isbe_required), enrollment(sid, entry_grade_level, exit_date)
-- message: The student is in grade 12 and listed for the SAT, but is not marked as required to test by ISBE.
-- expected: 01
-- fix: Ask ISBE whether the student must test; mark the row as required (01), or take the student out of the list.
-- note: Who must test in grade 12 is decided outside of these data, so this is a warning; an empty mark is reported too.
--   Students with an active enrollment of grade 12. For an assessment that we do not know, it can't be told.
select _row, case when assessment_known then coalesce(isbe_required = '01', false) end as holds
from preid_context
where in_grade_12 > 0 and (assessment_code = 'sat' or not assessment_known)
