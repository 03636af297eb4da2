-- id: SA-SID-001
-- title: Two SIDs with the same birth date and the same name
-- severity: warning
-- kind: group
-- source: Plausibility | One person has one SID
-- table: student
-- columns: birth_date, legal_first_name, legal_last_name, other_sid
-- reads: student(sid, birth_date, legal_first_name, legal_last_name, legal_middle_name, mothers_maiden_name, gender_code),
--   enrollment(sid), multiple_sid(sid_keep, sid_delete)
-- reach: all
-- optional: legal_middle_name, mothers_maiden_name, gender_code, enrollment, multiple_sid
-- message: Another SID has the same birth date and the same first and last name: it seems to be the same person.
-- expected: one SID for each person
-- fix: Compare the two records. If they are one person, exit the SID that is to go and ask for the merge with the
--   Multiple SID file, keeping the SID with the active enrollment. If they are two, nothing is to be done.
-- executable: may over-report: two persons may share birth date and name
-- note: Names are compared without regard to case, accents, blanks, hyphens, apostrophes and periods, so that O Brien,
--   O'Brien and OBrien are one name. Two records are not taken for one person if the gender, the first letter of the
--   middle name, or the sound of the mother's maiden name differs, where both records have it. A pair for which a merge
--   is already asked for is not reported, nor is a new student without a SID.
select _row, same_name_sid as other_sid, same_name_sid is null as holds
from student_doubles
where named and birth_date is not null
