-- id: AL-SP-011
-- title: Source of a merge is not a profile marked with D
-- kind: snapshot
-- source: Special Programs: missing IntegrationIDT / provisional ID | 2. Click Edit and add 'D' in front of student id
-- table: al_merge
-- columns: source_student_id
-- reads: al_merge(source_student_id, target_student_id), al_sp_profile(student_id), prev.al_sp_profile(student_id),
--   prev.al_merge(source_student_id, target_student_id)
-- optional: prev, prev.al_sp_profile, prev.al_merge
-- message: The source of the merge has no D in front, or the previous snapshot has no such profile.
-- expected: D and the student id of a profile in the previous snapshot
-- fix: Check which profile was merged into which. Before the next merge, put a capital D directly in front of the
--   student id of the duplicate.
-- note: The snapshot may hold the profile with or without D. Merges that are already in its merge log, and all merges
--   where there is no snapshot, are tested for the D only.
select _row, source_student_id like 'D_%' and (not is_new or source_was_there) as holds
from merges_since
