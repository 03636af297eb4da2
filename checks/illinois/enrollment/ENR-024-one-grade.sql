-- id: IL-ENR-024
-- title: Active enrollments name different grade levels
-- kind: group
-- source: Enrollment | Student cannot have more than one active enrollment in different grade
-- table: enrollment
-- key: sid
-- grain: key
-- columns: entry_grade_level
-- reads: enrollment(sid, entry_grade_level, exit_date)
-- message: The {enrollments} active enrollments of this student name {grades} different grade levels.
-- expected: one Entry/Grade Level in all active enrollments
-- fix: Exit the enrollments that have ended; exit the one with the wrong grade level and enroll the student again with
--   the right one.
select
    _row, active_count as enrollments, grades,
    case when grades > 1 then false when active_count = 1 or grades_filled = active_count then true end as holds
from student_active
