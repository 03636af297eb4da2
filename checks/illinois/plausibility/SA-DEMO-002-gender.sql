-- id: SA-DEMO-002
-- title: Gender was changed
-- severity: warning
-- kind: snapshot
-- source: Plausibility | Gender seldom changes
-- table: student
-- columns: gender_code
-- reads: student(sid, gender_code), prev.student(sid, gender_code)
-- message: The gender differs from the one of the previous snapshot.
-- expected: the value of the previous snapshot
-- fix: Compare the student's record. If the new value is right, nothing is to be done; if the row belongs to another student,
--   correct its SID.
-- note: Students of both snapshots. A gender that is empty on one side is not compared, nor is one in letters with one in
--   digits, since the coding may have changed for everybody.
select _row, gender_code = previous_gender as holds
from student_before
where previous_gender is not null
