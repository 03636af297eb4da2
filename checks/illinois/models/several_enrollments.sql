-- model: several_enrollments
-- doc: Enrollments that count and have a date, of students who have more than one: what the rules on overlaps compare.
--   ``last_day`` is the exit date, or the end of time while it is open. ``previous_date``: the greatest earlier
--   enrollment date of the student at the same home and serving school.
-- materialize: yes
with dated as (
    select
        _row, sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code,
        entry_grade_level, percent_day_attended
    from enrollments_again
    where enrollment_date is not null and exit_type_code is distinct from '99'
),
several as (
    select * from dated
    where sid in (select sid from dated group by sid having count(*) > 1)
),
previous as (
    select later._row, max(earlier.enrollment_date) as previous_date
    from several later
    join several earlier
        on earlier.sid = later.sid and earlier.home_rcdts = later.home_rcdts
        and earlier.serving_rcdts = later.serving_rcdts and earlier.enrollment_date < later.enrollment_date
    group by later._row
)
select
    s._row, s.sid, s.home_rcdts, s.serving_rcdts, s.school_year, s.enrollment_date, s.exit_date, s.exit_type_code,
    s.entry_grade_level, s.percent_day_attended, coalesce(s.exit_date, date '9999-12-31') as last_day,
    p.previous_date
from several s
left join previous p on p._row = s._row
