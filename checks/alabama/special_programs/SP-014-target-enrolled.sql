-- id: AL-SP-014
-- title: Profile was merged into that of a student who is not enrolled in the SIS
-- kind: cross
-- source: Special Programs: missing IntegrationIDT / provisional ID | 1. Verify the student has re-enrolled in PS SIS and has
-- table: al_merge
-- columns: target_student_id
-- reads: al_merge(target_student_id), al_sp_profile(student_id, state_id), al_sis_student(state_id, enrollment_status)
-- message: The student of the target profile is not enrolled in the SIS.
-- expected: a SIS student with enrollment status enrolled
-- fix: Complete the enrollment in the SIS, or correct the State ID of the target profile.
-- note: A merge whose target profile is not in the extract can't be told.
select _row, is_enrolled as holds
from merges
