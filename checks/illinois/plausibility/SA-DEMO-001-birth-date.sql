-- id: SA-DEMO-001
-- title: Birth date was changed
-- severity: warning
-- kind: snapshot
-- source: Plausibility | A birth date does not change
-- table: student
-- columns: birth_date
-- reads: student(sid, birth_date), prev.student(sid, birth_date)
-- message: The birth date differs from the one of the previous snapshot.
-- expected: the value of the previous snapshot
-- fix: Compare the birth date with the student's papers. If the new one is right, nothing is to be done; if it is another
--   child's record, restore the old one and look for that child's SID.
-- note: Students of both snapshots. A birth date that is empty now can't be compared; one that was empty before was filled in.
select _row, birth_date = previous_birth_date as holds
from student_before
where previous_birth_date is not null
