-- id: IL-ENR-005
-- title: Active enrollments name different home schools
-- kind: group
-- source: Enrollment | All active enrollments must have the same Home RCDTS.
-- table: enrollment
-- key: sid
-- grain: key
-- columns: home_rcdts
-- reads: enrollment(sid, home_rcdts, exit_date)
-- message: The {enrollments} active enrollments of this student name {homes} different home schools.
-- expected: one Home RCDTS in all active enrollments
-- fix: Exit the enrollments that have ended. If the home school of one is mistyped, mark that enrollment as erroneous
--   (exit code 99) and enroll the student again.
-- note: All 15 characters count: two schools of one district are different homes.
select
    _row, active_count as enrollments, homes,
    case when homes > 1 then false when active_count = 1 or homes_filled = active_count then true end as holds
from student_active
