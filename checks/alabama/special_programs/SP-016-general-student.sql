-- id: AL-SP-016
-- title: Student is due for import but not in the General Student Table
-- kind: completeness
-- source: Special Programs: missing IntegrationIDT / provisional ID | 2. Search for the student in the **General Student Table**, select
-- table: al_sis_student
-- columns: state_id
-- reads: al_sis_student(state_id, enrollment_status), al_sp_profile(student_id, state_id), al_general_student(state_id)
-- optional: enrollment_status
-- message: A profile of the student is marked with D, but the General Student Table does not have the student.
-- expected: a row in the General Student Table
-- fix: Ask the SIS administrator why the student does not come through to Special Programs. Without the row there is
--   nothing to import.
-- note: Asked of enrolled students with a valid State ID; where the SIS gives no enrollment status, the student counts
--   as enrolled.
select _row, can_be_imported as holds
from due_for_import
where is_valid and (enrollment_status = 'enrolled' or enrollment_status is null)
