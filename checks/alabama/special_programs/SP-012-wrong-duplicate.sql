-- id: AL-SP-012
-- title: Profile marked with D is not the duplicate
-- severity: warning
-- kind: cross
-- source: Special Programs: missing IntegrationIDT / provisional ID | Identifies the student profile as the duplicate profile
-- table: al_sp_profile
-- columns: student_id, integration_idt, provisional_id
-- reads: al_sp_profile(student_id, integration_idt, provisional_id, state_id, legal_first_name, legal_last_name,
--   birth_date, profile_source)
-- reach: all
-- optional: profile_source
-- message: The profile is marked as the duplicate, but it is integrated with the SIS, or the student was imported and has
--   no profile without D.
-- expected: a profile without IntegrationIDT or with a provisional ID, and another profile of the student
-- fix: Check which profile of the student is integrated with the SIS. Take the D away from that one and mark the other.
-- note: Another profile is asked for once the student was imported from the SIS. Until then the import is due.
select _row, not is_integrated and (has_counterpart or not import_done) as holds
from marked_profiles
