-- id: AL-SP-017
-- title: Imported student is not integrated with the SIS
-- kind: completeness
-- source: Special Programs: missing IntegrationIDT / provisional ID | 3. The student will be imported into the student table.
-- table: al_general_student
-- columns: state_id
-- reads: al_general_student(state_id), al_sp_profile(student_id, state_id, profile_source, integration_idt)
-- message: The student was imported, but no imported profile has both this State ID and an IntegrationIDT.
-- expected: an imported profile with this State ID and an IntegrationIDT
-- fix: Refresh the imported profile. If it stays without IntegrationIDT or State ID, import the student again.
-- note: Asked of students with a profile marked with D, once a profile was imported. Until then the import is due, and
--   the work list says so.
select _row, is_integrated as holds
from imported_students
