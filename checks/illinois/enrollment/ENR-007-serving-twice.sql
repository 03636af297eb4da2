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
with active as not materialized (
    select *
    from enrollments_split
    where exit_type_code is distinct from '99' and exit_date is null and serving_rcdts is not null
)
select _row, 1 as enrollments, true as holds
from active
where not again
union all
select min(_row), count(*), count(*) = 1
from active
where again
group by sid, serving_rcdts
