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
select _row, 1 as enrollments, true as holds
from active_enrollments
where serving_rcdts is not null and sid not in (select sid from enrolled_again)
union all
select min(_row), count(*), count(*) = 1
from active_enrollments
where serving_rcdts is not null and sid in (select sid from enrolled_again)
group by sid, serving_rcdts
