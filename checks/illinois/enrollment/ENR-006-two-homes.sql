-- id: IL-ENR-006
-- title: Enrolled at two home schools at the same time
-- kind: group
-- source: Enrollment | The system does not allow a student to be enrolled in
-- table: enrollment
-- key: sid, home_rcdts, serving_rcdts, enrollment_date
-- grain: key
-- columns: home_rcdts, enrollment_date, exit_date
-- reads: enrollment(sid, home_rcdts, enrollment_date, exit_date, exit_type_code)
-- message: Another enrollment of this student, with another home school, covers at least one day of this one.
-- expected: an Enrollment Date after the last day at the other home school
-- fix: Correct the exit date of the enrollment that ended first, or the Enrollment Date of this one; mark an enrollment
--   that never was as erroneous (exit code 99).
-- note: The day of entry and the day of exit both count as full days. The enrollment that starts later is reported (on
--   the same day: the greater home school), if it is open or ends in the current or the previous school year. Two
--   active enrollments are left to IL-ENR-005.
with pairs as (
    select
        later._row, later.sid, later.home_rcdts, later.serving_rcdts, later.enrollment_date,
        later.enrollment_date > earlier.last_day or later.enrollment_date > later.last_day as apart
    from several_enrollments later
    join several_enrollments earlier
        on earlier.sid = later.sid and earlier.home_rcdts <> later.home_rcdts
        and (
            earlier.enrollment_date < later.enrollment_date
            or (earlier.enrollment_date = later.enrollment_date and earlier.home_rcdts < later.home_rcdts)
        )
    where (later.exit_date is not null or earlier.exit_date is not null)
        and (
            later.exit_date is null
            or later.exit_date
                between make_date(:current_school_year - 2, 7, 1) and make_date(:current_school_year, 6, 30)
        )
)
select coalesce(min(_row) filter (where not apart), min(_row)) as _row, bool_and(apart) as holds
from pairs
group by sid, home_rcdts, serving_rcdts, enrollment_date
