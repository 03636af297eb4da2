-- id: IL-EXIT-003
-- title: Exit without an active enrollment
-- kind: cross
-- source: Exit Enrollment | The student must have an active enrollment.
-- table: exit_enrollment
-- columns: enrollment_date, exit_date
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date), prev.enrollment(sid, home_rcdts,
--   serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code)
-- optional: prev
-- message: There is no enrollment for this exit, or the enrollment had already been exited with another date.
-- expected: an enrollment with the same key that was active
-- fix: Check SID, Home and Serving RCDTS and the Exit Date of the exit row against the student's enrollments. Submit
--   the enrollment first if it is missing; if it was exited before with another date, correct that exit instead.
-- note: With last night's snapshot, the enrollment was active there, or exited with the same date. Without one, or for
--   an enrollment that is not in it, the enrollment of the extract has no exit date or that of the exit row, since the
--   exit may already be applied. Erroneous exits (99) are judged too.
with undated as (
    select distinct sid, home_rcdts, serving_rcdts
    from enrollment
    where _last and (school_year is null or enrollment_date is null)
)
select
    x._row,
    case
        when p.sid is not null
            then (p.exit_date is null and p.exit_type_code is distinct from '99') or p.exit_date = x.exit_date
        when x.enrollment_known then x.enrollment_exit_date is null or x.enrollment_exit_date = x.exit_date
        when x.sid is null or x.home_rcdts is null or x.serving_rcdts is null or x.school_year is null then null
        when u.sid is not null or (x.enrollment_date is null and x.exit_date is null) then null
        else false
    end as holds
from exit_context x
left join prev.enrollment p
    on p.sid = x.sid and p.home_rcdts = x.home_rcdts and p.serving_rcdts = x.serving_rcdts
    and p.school_year = x.school_year and p.enrollment_date = x.enrollment_date and p._last
left join undated u on u.sid = x.sid and u.home_rcdts = x.home_rcdts and u.serving_rcdts = x.serving_rcdts
