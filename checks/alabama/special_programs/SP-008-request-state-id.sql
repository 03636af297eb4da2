-- id: AL-SP-008
-- title: State ID is to be requested for a provisional ID
-- severity: warning
-- kind: completeness
-- source: Special Programs: missing IntegrationIDT / provisional ID | notify your SIS System Administration/Data Manager immediately
-- table: al_sp_profile
-- key: student_id, state_id, provisional_id
-- columns: provisional_id, state_id
-- reads: al_sp_profile(student_id, provisional_id, state_id), al_sis_student(provisional_id, state_id)
-- reach: all
-- message: The student has a provisional ID.
-- expected: a State ID and no provisional ID
-- fix: Tell the SIS system administrator or data manager at once, who requests the State ID.
-- note: One line for each person. A person with a provisional ID in a profile and in the SIS is listed for the profile,
--   one with several profiles for the first.
select _row, not is_listed as holds
from provisional_profiles

-- table: al_sis_student
-- key: state_id, provisional_id
-- message: The student has a provisional ID in the SIS.
select _row, not is_listed as holds
from provisional_students
