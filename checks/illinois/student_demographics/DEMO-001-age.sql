-- id: IL-DEMO-001
-- title: Student is not yet a day old, or 23 or older
-- source: Student Demographics | The Date of Birth must be greater than or equal to
-- effective: updated 2018-04-17
-- table: student
-- columns: birth_date
-- reads: student(sid, birth_date), enrollment(sid, exit_date)
-- message: The Date of Birth of this enrolled student is missing, today or later, or 23 or more years ago.
-- expected: at least one day old, less than 23 years
-- fix: Correct the Date of Birth in the demographics file; exit the student's enrollment if the student has left.
-- note: The age is that on the day of the audit. Only students with an active enrollment are judged.
select
    _row,
    coalesce(birth_date < :as_of_date and birth_date + interval 23 year > :as_of_date, false) as holds
from student_context
where active
