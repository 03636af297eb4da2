-- id: IL-DEMO-046
-- title: Migrant student is not marked FRL/Low Income
-- source: Student Demographics | If student is Migrant “Yes”, FRL/Low Income Indicator must be “Yes”
-- effective: 2014-07-23
-- table: student
-- columns: frl_indicator
-- reads: student(sid, migrant_indicator, frl_indicator, private_school_student),
--   enrollment(sid, entry_grade_level, exit_date)
-- message: The migrant indicator of the student is Yes, but the FRL/Low Income indicator is not.
-- expected: 01 (Yes)
-- fix: Set the FRL/Low Income indicator to 01 in the demographics file. If the student is not migrant, ask the state to
--   correct the migrant indicator, which comes from the New Generations System (NGS).
-- note: Private school students and active enrollments for evaluation (grade level 22) are left out, because other rules
--   make their FRL/Low Income indicator No.
select _row, coalesce(frl_indicator = '01', false) as holds
from student_context
where migrant_indicator = '01' and private_school_student is distinct from '01' and not in_evaluation
