-- id: IL-DLM-003
-- title: DLM-AA Pre-ID of a student who is not in grades 3 to 12
-- kind: cross
-- source: DLM-AA Pre-ID | Grades 3-12 only
-- table: preid_dlm
-- columns: entry_grade_level
-- reads: preid_dlm(sid), enrollment(sid, entry_grade_level, exit_date)
-- message: The student is listed for the alternate assessment, but an active enrollment has a grade level outside 03 to
--   12.
-- expected: 03 to 12
-- fix: Take the student out of the list, or correct the Entry Grade/Level of the enrollment.
-- note: All active enrollments must have such a grade, and an empty one has not. A student without an active enrollment
--   is reported by IL-DLM-001 alone.
select _row, grades as entry_grade_level, in_grade_3_to_12 = active_count as holds
from preid_context
where source = 'preid_dlm' and active_count > 0
