-- id: IL-DEMO-021
-- title: Not an English Learner although the last ACCESS score was below proficient
-- source: Student Demographics | If a previous school year ACCESS score exists with overall proficiency
-- table: student
-- columns: el_indicator
-- reads: student(sid, el_indicator, private_school_student), access_score(sid, school_year, overall_proficiency_level),
--   enrollment(sid, entry_grade_level, exit_date)
-- message: The student's latest ACCESS score of an earlier school year is below 4.8, yet the EL indicator is No.
-- expected: not 02 (No)
-- fix: Set the EL indicator to 01 in the demographics file. It stays 01 also where the parents refused the services.
-- note: The latest earlier year with an overall level counts; of several scores in that year the highest. Private
--   school students and active enrollments for evaluation (grade level 22) are left out, because other rules make
--   their EL indicator No.
select _row, coalesce(el_indicator <> '02', true) as holds
from access_context
where active and access_level < 4.8 and private_school_student is distinct from '01' and not in_evaluation
