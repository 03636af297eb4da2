-- id: IL-DEMO-020
-- title: English Learner although the last ACCESS score was proficient
-- source: Student Demographics | If a previous school year ACCESS score exists with overall proficiency
-- table: student
-- columns: el_indicator
-- reads: student(sid, el_indicator), access_score(sid, school_year, overall_proficiency_level),
--   enrollment(sid, exit_date)
-- message: The student's latest ACCESS score of an earlier school year is 4.8 or higher, yet the EL indicator is Yes.
-- expected: not 01 (Yes)
-- fix: Set the EL indicator to 02 in the demographics file and end the student's EL services in the EL file.
-- note: The latest earlier year with an overall level counts; of several scores in that year the highest.
select _row, coalesce(el_indicator <> '01', true) as holds
from access_context
where active and access_level >= 4.8
