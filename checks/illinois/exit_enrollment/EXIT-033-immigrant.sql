-- id: IL-EXIT-033
-- title: Student with a new SID exited without an immigrant record
-- kind: completeness
-- source: Exit Enrollment | Students with an SID created after August 1, 2015 must complete
-- effective: 2014-07-23; SIDs created after 2015-08-01
-- table: exit_enrollment
-- columns: sid_created_date
-- reads: exit_enrollment(sid, school_year, exit_date, exit_type_code), student(sid, sid_created_date), immigrant(sid)
-- message: The SID of the exited student was created after 1 August 2015, but there is no Immigrant record of the
--   student.
-- expected: an Immigrant record of any school year
-- fix: Submit the Immigrant record of the student, then exit the student.
-- note: A record of any earlier year and district is enough. Exits of the current school year, not erroneous ones; no
--   grade is exempt.
select
    _row,
    sid_created_date,
    has_immigrant_row as holds
from exit_completeness
where sid_created_date > date '2015-08-01'
