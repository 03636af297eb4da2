-- id: IL-EL-009
-- title: EL services started before the third birthday
-- kind: cross
-- source: EL (English Learners) | Re-Entered to Receive EL Services must be greater than student’s Date
-- table: el
-- columns: el_services_start_date, birth_date
-- reads: el(sid, el_services_start_date), student(sid, birth_date)
-- message: The student was not yet three years old on the day the EL services started.
-- expected: a date on or after the third birthday
-- fix: Correct the Date Student Enrolled or Re-Entered to Receive EL Services, or the birth date on the student.
-- note: The third birthday itself is allowed.
select _row, birth_date, birth_date + interval 3 year <= el_services_start_date as holds
from el_context
where el_services_start_date is not null
