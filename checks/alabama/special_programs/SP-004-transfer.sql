-- id: AL-SP-004
-- title: Profile with a transfer envelope is not integrated with the SIS
-- kind: cross
-- source: Special Programs: missing IntegrationIDT / provisional ID | If a student transfer envelope is "received" in Special Programs *before
-- table: al_transfer
-- key: student_id
-- grain: key
-- columns: integration_idt
-- reads: al_transfer(student_id, received_date), al_sp_profile(student_id, integration_idt, state_id),
--   al_sis_student(enrollment_date, state_id)
-- message: The profile has no IntegrationIDT. Its transfer envelope was received {cause}.
-- expected: an IntegrationIDT
-- fix: Complete the enrollment in the SIS. Then put D in front of the student id of this profile, import the student
--   from the General Student Table and merge the two profiles.
-- note: Raised whenever the id is missing; the days only tell the cause. Received on the day of the enrollment is not
--   before it. Profiles marked with D in front of the student id wait for their merge and are left out.
select _row, integration_idt, cause, integration_idt is not null as holds
from transfer_profiles
where not is_marked
