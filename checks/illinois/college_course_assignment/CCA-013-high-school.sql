-- id: IL-CCA-013
-- title: College course of a student who is not in grades 9 to 12
-- kind: cross
-- source: College Course Assignment | Student’s Entry Grade/Level must be 9-12
-- table: college_course
-- columns: entry_grade_level
-- reads: college_course(sid, home_rcdts, serving_rcdts, school_year), enrollment(sid, home_rcdts, serving_rcdts,
--   school_year, entry_grade_level)
-- message: No enrollment of the student at these schools in this school year has a grade level from 09 to 12.
-- expected: an enrollment with grade level 09, 10, 11 or 12
-- fix: Correct the Entry Grade/Level of the enrollment if the student is in high school; else mark the college course
--   with Final Letter Grade 99.
-- note: The grade of the enrollment that the course belongs to counts, not today's; one of several is enough, and a
--   missing grade is not one of 09 to 12. Rows without a matching enrollment are reported by the rules on matching
--   alone.
select _row, entry_grade_level, in_high_school as holds
from college_context
where matched
