-- id: IL-ENR-009
-- title: Active enrollments add up to more than a full day
-- kind: group
-- source: Enrollment | The sum of the PDA of all existing active Serving School
-- effective: 2017-07-10
-- table: enrollment
-- key: sid
-- grain: key
-- columns: percent_day_attended
-- reads: enrollment(sid, percent_day_attended, exit_date)
-- message: The Percent of Day Attended of this student's active enrollments ({servings}) adds up to more than 1.00.
-- expected: a sum of at most 1.00
-- fix: Exit the enrollment that has ended, or correct the Percent of Day Attended of one of them (exit with code 17 and
--   enroll again with the new value).
select _row, pda_total as percent_day_attended, active_count as servings, pda_total <= 1 as holds
from student_active
