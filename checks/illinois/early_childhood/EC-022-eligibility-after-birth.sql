-- id: IL-EC-022
-- title: Eligibility Determination Date is not after the birth date
-- kind: cross
-- source: Early Childhood | Eligibility Determination Date must be greater than the student’s Date of
-- table: early_childhood
-- columns: eligibility_determination_date, birth_date
-- reads: early_childhood(sid, eligibility_determination_date), student(sid, birth_date)
-- message: The Eligibility Determination Date is on or before the day on which the child was born.
-- expected: a date after the birth date
-- fix: Correct the Eligibility Determination Date, or the birth date on the student.
select _row, birth_date, eligibility_determination_date > birth_date as holds
from childhood_context
where eligibility_determination_date is not null
