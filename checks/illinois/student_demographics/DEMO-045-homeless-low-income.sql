-- id: IL-DEMO-045
-- title: Homeless student is not marked FRL/Low Income
-- source: Student Demographics | If student is Homeless “Yes”, FRL/Low Income Indicator must be “Yes”
-- table: student
-- columns: frl_indicator
-- reads: student(sid, homeless_indicator, frl_indicator, private_school_student),
--   enrollment(sid, entry_grade_level, exit_date)
-- message: The homeless indicator of the student is Yes, but the FRL/Low Income indicator is not.
-- expected: 01 (Yes)
-- fix: Set the FRL/Low Income indicator to 01 in the demographics file, or the homeless indicator to 02.
-- note: Private school students and active enrollments for evaluation (grade level 22) are left out, because other rules
--   make their FRL/Low Income indicator No.
select _row, coalesce(frl_indicator = '01', false) as holds
from student_context
where homeless_indicator = '01' and private_school_student is distinct from '01' and not in_evaluation
