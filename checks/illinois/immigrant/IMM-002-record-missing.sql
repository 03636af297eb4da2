-- id: IL-IMM-002
-- title: Student with a new SID without an Immigrant record
-- kind: completeness
-- source: Immigrant | School districts must submit an Immigrant record for all students that
-- effective: 2014-07-23 (Immigrant validations added)
-- table: student
-- columns: sid_created_date
-- reads: student(sid, sid_created_date), enrollment(sid, exit_date), immigrant(sid)
-- message: The student is enrolled and got the SID within the last three years, but has no Immigrant record.
-- expected: an Immigrant record
-- fix: Submit an Immigrant record for the student, also if the student is not an immigrant.
-- note: From the same day three years ago on. A record of any year and district will do. The rule on exits goes by a
--   fixed day instead; both hold.
select _row, immigrant_known as holds
from immigrant_context
where active and sid_created_date >= :as_of_date - interval 3 year
