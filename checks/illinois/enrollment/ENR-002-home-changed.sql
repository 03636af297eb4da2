-- id: IL-ENR-002
-- title: Home school of an enrollment was changed
-- kind: snapshot
-- source: Enrollment | Online, the Home RCDT code is not modifiable and may not
-- table: enrollment
-- key: sid, serving_rcdts, school_year, enrollment_date
-- grain: key
-- columns: home_rcdts
-- reads: enrollment(sid, serving_rcdts, school_year, enrollment_date, home_rcdts),
--   prev.enrollment(sid, serving_rcdts, school_year, enrollment_date, home_rcdts)
-- message: The previous snapshot holds this enrollment with another Home RCDTS.
-- expected: the Home RCDTS of the previous snapshot
-- fix: Restore the former Home RCDTS. To move the student to another home school, exit the enrollment (or mark it as
--   erroneous, exit code 99) and enroll the student there.
-- note: Compared are enrollments of the same student, serving school, year and date. Changed means that the enrollment
--   with the former home school is gone; one that is still there, exited or marked as erroneous, was not changed.
with compared as (
    select e._row, e.sid, e.serving_rcdts, e.school_year, e.enrollment_date, true as same
    from enrollments e
    where not exists (select 1 from enrollments_came c where c._row = e._row)
    union all
    select c._row, c.sid, c.serving_rcdts, c.school_year, c.enrollment_date, false as same
    from enrollments_came c
    join enrollments_gone g
        on g.sid = c.sid and g.serving_rcdts = c.serving_rcdts and g.school_year = c.school_year
        and g.enrollment_date = c.enrollment_date
    where c.home_rcdts is not null and not c.erroneous_before
)
select coalesce(min(_row) filter (where not same), min(_row)) as _row, bool_and(same) as holds
from compared
group by sid, serving_rcdts, school_year, enrollment_date
