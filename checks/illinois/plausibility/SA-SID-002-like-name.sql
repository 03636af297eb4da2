-- id: SA-SID-002
-- title: Two SIDs with the same birth date and names that sound alike
-- severity: warning
-- kind: group
-- source: Plausibility | One person has one SID, however the name is spelled
-- table: student
-- columns: birth_date, legal_first_name, legal_last_name, other_sid
-- reads: student(sid, birth_date, legal_first_name, legal_last_name, legal_middle_name, mothers_maiden_name, gender_code),
--   enrollment(sid, home_rcdts, enrollment_date, exit_date), multiple_sid(sid_keep, sid_delete)
-- reach: all
-- optional: legal_middle_name, mothers_maiden_name, gender_code, multiple_sid
-- message: Another SID has the same birth date, and a first and last name that sound alike but are spelled differently:
--   it may be the same person.
-- expected: one SID for each person
-- fix: Compare the two records. If they are one person, exit the SID that is to go and ask for the merge with the
--   Multiple SID file, keeping the SID with the active enrollment. If they are two, nothing is to be done.
-- executable: may over-report: two persons may share birth date and sound of their names
-- note: Sound is the Soundex code of first and last name. Beside it the two records must share the home school of their
--   last enrollment, the mother's maiden name (by sound) or the whole middle name; and nothing of gender, first letter of
--   the middle name and maiden name may differ, where both records have it. If the first names are spelled differently
--   the two must never have been enrolled at the same time: else they are taken for twins. A pair for which a merge is
--   already asked for is not reported, nor is a new student without a SID.
select _row, like_name_sid as other_sid, like_name_sid is null as holds
from student_doubles
where named and birth_date is not null
