-- id: AL-SP-026
-- title: Merged profile is not integrated with the SIS again
-- kind: cross
-- source: Special Programs: missing IntegrationIDT / provisional ID | refresh the profile, if you like, to ensure the profile data reintegrates
-- table: al_merge
-- columns: target_student_id, integration_idt, provisional_id, state_id
-- reads: al_merge(target_student_id), al_sp_profile(student_id, integration_idt, provisional_id, state_id),
--   al_sis_student(state_id)
-- message: The target profile lacks an IntegrationIDT, has a provisional ID, or its State ID is not in the SIS.
-- expected: an IntegrationIDT, no provisional ID, the State ID of the SIS
-- fix: Save the target profile and refresh it, so that it reintegrates. If it does not, check the student's State ID in
--   the SIS.
-- note: The refresh itself is optional. A merge whose target profile is not in the extract can't be told.
select
    _row,
    integration_idt,
    provisional_id,
    state_id,
    case when is_known then integration_idt is not null and provisional_id is null and has_sis_state_id end as holds
from merges
