-- id: IL-ENR-020
-- title: Enrollment Date is not after the exit before it
-- kind: group
-- source: Enrollment | The Enrollment Date must be greater than the student’s previous Exit
-- table: enrollment
-- grain: key
-- columns: enrollment_date
-- reads: enrollment(sid, home_rcdts, serving_rcdts, enrollment_date, exit_date, exit_type_code)
-- message: The enrollment before this one, at the same home and serving school, ends on or after this Enrollment Date.
-- expected: an Enrollment Date after the previous exit date
-- fix: Enter the first full day after the previous exit as Enrollment Date, or correct that exit; mark an enrollment
--   that never was as erroneous (exit code 99).
-- note: The exit date is a full day too, so the two may not be the same day. The enrollment before it is the one with
--   the greatest earlier Enrollment Date; while that is open, it can't be told. Enrollments at different schools may
--   overlap: other rules judge those.
select
    later._row,
    case
        when bool_or(later.enrollment_date <= earlier.exit_date) then false
        when count(earlier.exit_date) = count(*) then true
    end as holds
from several_enrollments later
join several_enrollments earlier
    on earlier.sid = later.sid and earlier.home_rcdts = later.home_rcdts
    and earlier.serving_rcdts = later.serving_rcdts and earlier.enrollment_date = later.previous_date
group by later._row
