-- id: AL-SP-023
-- title: Demographic data of the target changed in a merge
-- kind: snapshot
-- source: Special Programs: missing IntegrationIDT / provisional ID | Student demographic data should remain on the Target Profile
-- table: al_merge
-- columns: target_student_id
-- reads: al_merge(source_student_id, target_student_id), al_sp_profile(student_id, state_id, legal_first_name,
--   legal_last_name, birth_date), al_sis_student(state_id, legal_first_name, legal_last_name, birth_date),
--   prev.al_sp_profile(student_id, legal_first_name, legal_last_name, birth_date), prev.al_merge(source_student_id,
--   target_student_id)
-- optional: prev, prev.al_sp_profile, prev.al_merge
-- message: Names or birth date of the target profile are not those of the SIS, or not those that it had before the merge.
-- expected: names and birth date as in the SIS and as before the merge
-- fix: Correct names and birth date of the target profile after those of the SIS. In a merge keep the demographic data of
--   the target and the program history of the source.
-- note: Case and blanks around names do not count. Without a snapshot, and for merges that it has already, the profile is
--   compared with the SIS only.
select
    _row,
    case
        when is_known
            then same_last_name and same_first_name and same_birth_date
                and kept_last_name and kept_first_name and kept_birth_date
    end as holds
from merges_since
