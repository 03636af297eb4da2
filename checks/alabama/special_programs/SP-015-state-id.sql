-- id: AL-SP-015
-- title: State ID of an imported profile is not valid
-- kind: cross
-- source: Special Programs: missing IntegrationIDT / provisional ID | has been assigned a valid Alabama State ID
-- table: al_sp_profile
-- columns: state_id
-- reads: al_sp_profile(student_id, state_id, provisional_id, profile_source, is_active), al_sis_student(state_id,
--   provisional_id), al_merge(target_student_id)
-- reach: all
-- optional: profile_source, is_active, al_merge
-- message: The State ID of this profile {problem}. It was imported from the SIS or is the target of a merge.
-- expected: digits only, known in the SIS, of one active profile
-- fix: Take the State ID from the SIS. Where it is not yet assigned, ask the SIS administrator for one; where two active
--   profiles have it, mark the duplicate with D and merge the two.
-- assumes: state_id_length
-- note: The document does not say how many digits a State ID has.
select
    _row,
    problem,
    is_filled and is_digits and has_length and is_no_provisional and is_in_sis and is_alone as holds
from imported_profiles
