-- id: IL-DEMO-047
-- title: Active enrollments differ in Military Connected
-- kind: group
-- source: Student Demographics | All active Enrollments must have the same value for Military Connected
-- table: enrollment
-- key: sid
-- grain: key
-- columns: military_connected_indicator
-- reads: enrollment(sid, military_connected_indicator, exit_date)
-- message: The {enrollments} active enrollments of this student do not have the same Military Connected value.
-- expected: one value in all active enrollments
-- fix: Enter the same Military Connected value in every active enrollment of the student, also where it is empty; exit an
--   enrollment that has ended.
select _row, active_count as enrollments, military_values = 1 as holds
from student_active
