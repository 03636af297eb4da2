-- id: AL-SP-003
-- title: Active profile of a student who is not enrolled in the SIS
-- kind: completeness
-- source: Special Programs: missing IntegrationIDT / provisional ID | All students, regardless of age, should be enrolled through SIS
-- table: al_sp_profile
-- columns: enrollment_status, state_id
-- reads: al_sp_profile(student_id, is_active, state_id, legal_first_name, legal_last_name, birth_date),
--   al_sis_student(enrollment_status, state_id, legal_first_name, legal_last_name, birth_date)
-- message: The SIS does not have the student of this active profile as enrolled.
-- expected: a SIS student with enrollment status enrolled
-- fix: Enroll the student in the SIS, whatever the age, or correct the State ID of the profile. If the student has left,
--   set the profile to inactive.
-- note: A student is found by State ID; a profile without one by last name, first name and birth date. Profiles marked
--   with D in front of the student id wait for their merge and are left out.
select _row, enrollment_status, is_enrolled as holds
from profile_person
where is_active = '01' and not is_marked
