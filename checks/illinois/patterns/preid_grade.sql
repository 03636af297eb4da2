-- id: {id}
-- title: {name} Pre-ID of a student in another grade
-- kind: cross
-- source: {source}
-- effective: 2018-11-30 (added/updated); SAT validations first added 2017-07-10
-- table: preid_psat_sat
-- columns: assessment_code, entry_grade_level
-- reads: preid_psat_sat(sid, assessment_code), enrollment(sid, entry_grade_level, exit_date)
-- message: The student is listed for {name}, but an active enrollment has another grade level than {grades}.
-- expected: {grades}
-- fix: Take the student out of the {name} list or choose the assessment of the student's grade; correct the Entry
--   Grade/Level of the enrollment if that is wrong.
-- note: All active enrollments must have the grade, and an empty one has not. A student without an active enrollment is
--   reported by IL-PSAT-001 alone. For an assessment that we do not know, it can't be told.{more}
select _row, grades as entry_grade_level, case when assessment_known then {column} = active_count end as holds
from preid_context
where active_count > 0 and (assessment_code = '{code}' or not assessment_known)
