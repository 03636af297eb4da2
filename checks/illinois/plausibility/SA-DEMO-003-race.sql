-- id: SA-DEMO-003
-- title: Race was changed
-- severity: warning
-- kind: snapshot
-- source: Plausibility | Race seldom changes
-- table: student
-- columns: race_code
-- reads: student(sid, race_code), prev.student(sid, race_code)
-- message: The race differs from the one of the previous snapshot.
-- expected: the value of the previous snapshot
-- fix: Compare the student's record. If the new value is right, nothing is to be done; if the row belongs to another student,
--   correct its SID.
-- note: Students of both snapshots. A race that is empty now can't be compared; one that was empty before was filled in.
select _row, race_code = previous_race as holds
from student_before
where previous_race is not null
