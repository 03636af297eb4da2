-- id: IL-ACGR-001
-- title: Cohort exit code of a student who is still enrolled
-- kind: cross
-- source: Adjusted Cohort Graduation Rate | Student’s enrollment must be exited to provide cohort graduation data.
-- table: adjusted_cohort
-- columns: cohort_exit_type_code
-- reads: adjusted_cohort(sid, cohort_exit_type_code), enrollment(sid, exit_date)
-- message: The student has a cohort exit code, but the last enrollment has no exit date.
-- expected: a last enrollment that is exited
-- fix: Exit the enrollment first, or empty the cohort exit code.
-- note: The last enrollment is the one that was left last; one that is open comes before all others. It can't be told
--   of students without an enrollment.
select
    c._row,
    case when h.sid is not null then h.exit_date is not null end as holds
from adjusted_cohort c
left join student_home h on h.sid = c.sid
where c.cohort_exit_type_code is not null
