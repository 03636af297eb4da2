-- id: IL-PXREF-001
-- title: Match without student or prenatal record
-- kind: cross
-- source: Prenatal XREF | To match a Student to a Prenatal record the conditions below
-- effective: 2017-07-10 (Prenatal XREF added)
-- table: prenatal_match
-- columns: sid, prenatal_id
-- reads: prenatal_match(sid, prenatal_id), student(sid), prenatal(prenatal_id)
-- message: The student or the prenatal record that this match links does not exist.
-- expected: a student and a prenatal record
-- fix: Correct the SID or the Prenatal ID of the match, or send the record that is missing.
-- note: The conditions on birth and exit are judged by IL-PXREF-002 and IL-PXREF-003.
select _row, student_known and record_known as holds
from prenatal_links
