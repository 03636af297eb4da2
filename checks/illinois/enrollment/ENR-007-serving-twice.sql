-- id: IL-ENR-007
-- title: Two active enrollments at the same serving school
-- kind: group
-- source: Enrollment | Only one active enrollment for each Serving RCDTS.
-- table: enrollment
-- key: sid, serving_rcdts
-- grain: key
-- columns: serving_rcdts
-- reads: enrollment(sid, serving_rcdts, exit_date)
-- message: This student has {enrollments} active enrollments at this serving school.
-- expected: one active enrollment at a serving school
-- fix: Exit the enrollment that has ended; mark one that was entered twice as erroneous (exit code 99).
select min(_row) as _row, count(*) as enrollments, count(*) = 1 as holds
from active_enrollments
where sid is not null and serving_rcdts is not null
group by sid, serving_rcdts
