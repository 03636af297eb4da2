-- id: AL-SP-007
-- title: Provisional ID although the student is enrolled in the SIS
-- kind: cross
-- source: Special Programs: missing IntegrationIDT / provisional ID | If the student was assigned a Provisional ID prior to enrollment
-- table: al_sp_profile
-- columns: provisional_id
-- reads: al_sp_profile(student_id, provisional_id, state_id, legal_first_name, legal_last_name, birth_date),
--   al_sis_student(enrollment_status, state_id, legal_first_name, legal_last_name, birth_date)
-- message: The student is enrolled in the SIS, but the profile still has a provisional ID.
-- expected: empty
-- fix: Make sure that the SIS has given a State ID. Then put D in front of the student id of this profile, import the
--   student from the General Student Table and merge the two profiles.
-- note: A student is found by State ID; a profile without one by last name, first name and birth date. Profiles marked
--   with D are judged too.
select _row, provisional_id is null as holds
from profile_person
where is_enrolled
