-- id: AL-SP-018
-- title: Two profiles of one student were not merged
-- kind: completeness
-- source: Special Programs: missing IntegrationIDT / provisional ID | Step 3: Merge the student profiles
-- table: al_sp_profile
-- columns: student_id, state_id
-- reads: al_sp_profile(student_id, state_id, legal_first_name, legal_last_name, birth_date, profile_source, is_active),
--   al_merge(source_student_id, target_student_id)
-- reach: all
-- message: The student has another profile: one that was imported from the SIS, or a second active one with the same
--   State ID.
-- expected: one profile of the student, after the merge
-- fix: Sign in as security administrator and merge the profile marked with D into the imported one. If neither has a D,
--   put it in front of the student id of the one without IntegrationIDT first.
-- note: A profile marked with D that was merged must be gone or inactive. Two active profiles with one State ID are
--   both listed, unless one of them is marked with D: then that one alone.
select _row, not is_left and not shares_state_id as holds
from doubled_profiles
