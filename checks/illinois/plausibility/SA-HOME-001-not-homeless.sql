-- id: SA-HOME-001
-- title: Homeless record of a student who is not marked homeless
-- severity: warning
-- kind: cross
-- source: Plausibility | A Homeless record and the Homeless indicator agree
-- table: homeless
-- columns: homeless_indicator
-- reads: homeless(sid, school_year), student(sid, homeless_indicator, private_school_student)
-- optional: private_school_student
-- message: There is a Homeless record of this school year, but the student's Homeless indicator is 02 (No).
-- expected: 01
-- fix: Set the Homeless indicator to 01 in the demographics file, or mark the Homeless record as erroneous.
-- note: The state asks for a record where the indicator is Yes (IL-HOME-002), not the other way round. Records of the
--   current school year, since the indicator tells the present state. A private school student's indicator must be No
--   (IL-DEMO-032) and is not judged.
select h._row, s.homeless_indicator, s.homeless_indicator <> '02' as holds
from homeless h
join student s on s.sid = h.sid and s._last
where h.school_year = :current_school_year
    and h.erroneous_indicator is distinct from '01'
    and s.private_school_student is distinct from '01'
