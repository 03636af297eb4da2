-- id: IL-EC-021
-- title: Transition after the third birthday with the reason No Delay
-- kind: cross
-- source: Early Childhood | If Eligibility Determination Date or IEP Completion Date is after the
-- table: early_childhood
-- columns: eligibility_determination_date, iep_completion_date, reason_for_delay_code
-- reads: early_childhood(sid, eligibility_determination_date, iep_completion_date, reason_for_delay_code),
--   student(sid, birth_date)
-- message: The Eligibility Determination Date or the IEP Completion Date is after the child's third birthday, but the
--   Reason for Delay in Transition says that there was no delay.
-- expected: a reason other than No Delay
-- fix: Enter the reason for the delay, or correct the date or the student's birth date.
-- note: A day later than the third birthday is after it; the birthday itself is not. An empty reason is left to
--   IL-EC-017.
select _row, reason_for_delay_code is distinct from 'no_delay' as holds
from childhood_context
where eligibility_determination_date > birth_date + interval 3 year
    or iep_completion_date > birth_date + interval 3 year
