-- id: IL-ENR-008
-- title: Two enrollments at the same serving school overlap
-- kind: group
-- source: Enrollment | The system does not allow two enrollments to exist with the
-- table: enrollment
-- key: sid, serving_rcdts, enrollment_date
-- grain: key
-- columns: serving_rcdts, enrollment_date, exit_date
-- reads: enrollment(sid, serving_rcdts, enrollment_date, exit_date, exit_type_code)
-- message: Another enrollment of this student at this serving school covers at least one day of this one.
-- expected: an Enrollment Date after the last day of the other enrollment
-- fix: Exit the enrollment that ended first with its last day, or correct the Enrollment Date of this one; mark an
--   enrollment that never was as erroneous (exit code 99).
-- note: A student may come back to a school, so only enrollments at the same time conflict. Both days of entry and exit
--   count. The enrollment that starts later is reported (on the same day: the greater home school, then the later
--   line). Pairs that IL-ENR-007 (both active) or IL-ENR-020 (against the exit before it) reports are left to these.
with pairs as (
    select
        later._row, later.sid, later.serving_rcdts, later.enrollment_date,
        later.enrollment_date > earlier.last_day or later.enrollment_date > later.last_day as apart
    from several_enrollments later
    join several_enrollments earlier
        on earlier.sid = later.sid and earlier.serving_rcdts = later.serving_rcdts
        and (
            earlier.enrollment_date < later.enrollment_date
            or (earlier.enrollment_date = later.enrollment_date and earlier.home_rcdts < later.home_rcdts)
            or (
                earlier.enrollment_date = later.enrollment_date and earlier.home_rcdts = later.home_rcdts
                and earlier._row < later._row
            )
        )
    where (later.exit_date is not null or earlier.exit_date is not null)
        and (
            earlier.home_rcdts = later.home_rcdts
            and earlier.enrollment_date = later.previous_date
            and earlier.exit_date >= later.enrollment_date
        ) is not true
)
select coalesce(min(_row) filter (where not apart), min(_row)) as _row, bool_and(apart) as holds
from pairs
group by sid, serving_rcdts, enrollment_date
