-- id: IL-OCA-006
-- title: Outside course of a student who is not in grades 9 to 12
-- kind: cross
-- source: Outside Course Assignment | Student Course Assignment data can only be entered on students in
-- table: outside_course
-- columns: entry_grade_level
-- reads: outside_course(sid, school_year), enrollment(sid, school_year, entry_grade_level)
-- message: The student has no enrollment with a grade level from 09 to 12 in the school year of the outside course or
--   a later one.
-- expected: an enrollment with grade level 09, 10, 11 or 12
-- fix: Check the SID and School Year of the outside course, or correct the Entry Grade/Level of the enrollment. Outside
--   courses of students below grade 9 are not sent.
-- note: The grade in which the student is when the course is sent may be of a later year than the course. The state's
--   sentence says Student Course Assignment; it stands in the section on outside courses and is read as such.
select _row, entry_grade_level, in_high_school as holds
from outside_context
