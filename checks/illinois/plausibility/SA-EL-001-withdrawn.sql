-- id: SA-EL-001
-- title: English Learner withdrawn from services is marked as no English Learner
-- severity: warning
-- kind: cross
-- source: Plausibility | A parent ends the services, not the need for them
-- table: el
-- columns: el_indicator
-- reads: el(sid, school_year, el_services_end_reason_code), student(sid, el_indicator, private_school_student)
-- optional: private_school_student
-- message: The parents ended the EL services of this record this school year, but the student's EL indicator is 02 (No).
-- expected: 01
-- fix: Set the EL indicator to 01 in the demographics file: a student whose parents refuse the services stays an English
--   Learner. If the student is none, correct the reason for which the services ended.
-- note: Records of the current school year whose services have not ended are judged by IL-EL-002. A private school
--   student's indicator must be No (IL-DEMO-031) and is not judged.
select _row, el_indicator, el_indicator <> '02' as holds
from el_context
where is_current
    and el_services_end_reason_code = 'parent_withdrawn'
    and private_school_student is distinct from '01'
