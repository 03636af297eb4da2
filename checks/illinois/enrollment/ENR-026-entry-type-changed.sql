-- id: IL-ENR-026
-- title: Entry type of an enrollment was changed
-- kind: snapshot
-- source: Enrollment | Enrollment Entry Type Code cannot be updated.
-- table: enrollment
-- columns: entry_type_code
-- reads: enrollment(entry_type_code), prev.enrollment(entry_type_code)
-- message: The Enrollment Entry Type Code differs from the one that this enrollment has in the previous snapshot.
-- expected: the Entry Type Code of the previous snapshot
-- fix: Restore the former code. If it was wrong, mark the enrollment as erroneous (exit code 99) and enroll the student
--   again.
-- note: An enrollment that is marked as erroneous, now or before, is not compared.
select _row, entry_type_code = previous_entry_type or (entry_type_code is null and previous_entry_type is null) as holds
from enrollment_before
