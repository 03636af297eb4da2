-- model: several_enrollments
-- doc: Enrollments that count and have a date, of students who have more than one: what the rules on overlaps compare.
--   ``last_day`` is the exit date, or the end of time while it is open. ``place``: 1, 2, ... in the order in which the
--   student's enrollments start; on one day by home school, serving school and line. ``previous_date``: the greatest
--   earlier enrollment date of the student at the same home and serving school.
-- materialize: yes
with dated as (
    select
        _row, sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code,
        count(*) over (partition by sid) as enrollments
    from enrollments
    where sid is not null and enrollment_date is not null
),
ordered as (
    select
        *,
        row_number() over (partition by sid order by enrollment_date, home_rcdts, serving_rcdts, _row) as place,
        lag(enrollment_date) over (partition by sid, home_rcdts, serving_rcdts order by enrollment_date, _row) as before
    from dated
    where enrollments > 1
)
select
    _row, sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code, place,
    coalesce(exit_date, date '9999-12-31') as last_day,
    min(case when before < enrollment_date then before end) over (
        partition by sid, home_rcdts, serving_rcdts, enrollment_date
    ) as previous_date
from ordered
