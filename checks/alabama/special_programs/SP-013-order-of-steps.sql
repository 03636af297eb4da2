-- id: AL-SP-013
-- title: Steps of a merge were not taken in their order
-- severity: warning
-- kind: snapshot
-- source: Special Programs: missing IntegrationIDT / provisional ID | Step 2: Import newly enrolled student from PS SIS.
-- table: al_merge
-- columns: merged_date, profile_created_date
-- reads: al_merge(source_student_id, target_student_id, merged_date), al_sp_profile(student_id, profile_created_date),
--   prev.al_sp_profile(student_id), prev.al_merge(source_student_id, target_student_id)
-- optional: prev, prev.al_sp_profile, prev.al_merge
-- message: The target profile was created after the merge, or it was imported before the duplicate was marked with D.
-- expected: mark, then import, then merge
-- fix: Check the dates of the profile and of the merge, and that the merged profile holds the data of the right student.
--   Mark the duplicate with D before you import the student.
-- note: The same day is in order. Whether the mark came first is told by the previous snapshot: it has the imported
--   profile, and the duplicate still without D. Without a snapshot, and for merges that it has already, only the days are
--   compared.
select _row, profile_created_date, profile_created_date <= merged_date and not was_marked_late as holds
from merges_since
