-- id: SA-ENR-001
-- title: Exit Date lies before the Enrollment Date
-- severity: warning
-- kind: cross
-- source: Plausibility | An enrollment does not end before it begins
-- table: enrollment
-- columns: enrollment_date, exit_date
-- reads: enrollment(enrollment_date, exit_date)
-- message: The enrollment ends before it begins, so it covers no day of school.
-- expected: an Exit Date on the Enrollment Date or later
-- fix: Correct the Exit Date; if the student never attended, mark the enrollment as erroneous (exit code 99).
-- note: Both dates are full days, so an enrollment of one day begins and ends on the same date. The rules of the state
--   on overlapping enrollments take such an enrollment as one that covers no day.
select _row, enrollment_date <= exit_date as holds
from enrollment_context
where exit_date is not null
