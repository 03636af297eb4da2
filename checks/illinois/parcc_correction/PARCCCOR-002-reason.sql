-- id: IL-PARCCCOR-002
-- title: Only test attempt voided without a reason
-- kind: group
-- source: PARCC Correction | If the only test attempt for the Component and Subject is
-- effective: 2015-05-19 (PARCC Correction validations added)
-- table: parcc_correction
-- grain: key
-- columns: attempt_voided, no_valid_attempt_reason
-- reads: parcc_correction(sid, component_code, subject_code, attempt_number, attempt_voided, no_valid_attempt_reason)
-- message: The only test attempt of the student in this component and subject is voided, but Reason for No Valid Test
--   Attempt is empty.
-- expected: a reason
-- fix: Enter the Reason for No Valid Test Attempt, or undo the void.
-- note: Only where there is one attempt; if all of several attempts are voided, nothing is reported.
select max(_row) as _row, max(no_valid_attempt_reason) is not null as holds
from parcc_correction
where _last and sid is not null
group by sid, component_code, subject_code
having count(*) = 1 and max(attempt_voided) = '01'
