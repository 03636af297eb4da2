-- model: metric_conflicts
-- doc: Pairs of public enrollments in the school year of the metrics that share a day, but not the home school or not
--   the grade: one of the two must be wrong.
-- materialize: yes
-- stands: student sid
with spells as (
    select _row, sid, home_rcdts, entry_grade_level, enrollment_date, coalesce(exit_date, date '9999-12-31') as last_day
    from metric_enrollments
    where school_year = :metric_school_year and enrollment_date is not null and not at_private
),
several as (
    select * from spells
    where sid in (select sid from spells group by sid having count(*) > 1)
)
select
    one._row, one.sid, one.home_rcdts, one.entry_grade_level,
    other.home_rcdts as other_home, other.entry_grade_level as other_grade
from several one
join several other
    on other.sid = one.sid and other._row <> one._row
    and other.enrollment_date <= one.last_day and other.last_day >= one.enrollment_date
where (one.home_rcdts <> other.home_rcdts or one.entry_grade_level <> other.entry_grade_level)
    and one.last_day >= one.enrollment_date and other.last_day >= other.enrollment_date
