-- id: IL-ACGR-002
-- title: Cohort exit code changed by a district that is not the last home district
-- kind: snapshot
-- source: Adjusted Cohort Graduation Rate | A SIS user can only update Adjusted Cohort Graduation Rate field
-- table: adjusted_cohort
-- columns: cohort_exit_type_code, submitter_rcdt
-- reads: adjusted_cohort(sid, cohort_exit_type_code, submitter_rcdt), enrollment(sid, home_rcdts),
--   prev.adjusted_cohort(sid, cohort_exit_type_code)
-- message: The cohort exit code differs from the previous snapshot, but the row was sent by another district than the
--   home district of the student's last enrollment.
-- expected: the home district of the last enrollment
-- fix: Take the row out of this file; let the home district of the last enrollment send the change.
-- note: A new row with a code counts as changed. Rows that do not say who sent them are not judged.
select
    c._row,
    left(h.home_rcdts, 11) = left(c.submitter_rcdt, 11) as holds
from adjusted_cohort c
left join prev.adjusted_cohort p on p.sid = c.sid and p._last
left join student_home h on h.sid = c.sid
where c.submitter_rcdt is not null and c.cohort_exit_type_code is distinct from p.cohort_exit_type_code
