-- id: IL-ENR-025
-- title: Enrollment Date of an active enrollment was changed
-- kind: snapshot
-- source: Enrollment | Enrollment Start Date cannot be updated.
-- table: enrollment
-- key: sid, home_rcdts, serving_rcdts, school_year
-- grain: key
-- columns: enrollment_date
-- reads: enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date),
--   prev.enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date)
-- message: The previous snapshot holds this active enrollment with another Enrollment Date.
-- expected: the Enrollment Date of the previous snapshot
-- fix: Restore the former Enrollment Date. If it was wrong, mark that enrollment as erroneous (exit code 99) and enroll
--   the student again.
-- note: The date is part of the key; so changed means that the active enrollment with the former date is gone, neither
--   exited nor marked as erroneous, and another of the same student, schools and year stands in its place.
with compared as (
    select e._row, e.sid, e.home_rcdts, e.serving_rcdts, e.school_year, true as same
    from active_enrollments e
    where not exists (select 1 from enrollments_came c where c._row = e._row)
    union all
    select c._row, c.sid, c.home_rcdts, c.serving_rcdts, c.school_year, false as same
    from enrollments_came c
    join enrollments_gone g
        on g.sid = c.sid and g.home_rcdts = c.home_rcdts and g.serving_rcdts = c.serving_rcdts
        and g.school_year = c.school_year
    where c.enrollment_date is not null and not c.erroneous_before and c.exit_date is null and g.exit_date is null
)
select coalesce(min(_row) filter (where not same), min(_row)) as _row, bool_and(same) as holds
from compared
group by sid, home_rcdts, serving_rcdts, school_year
