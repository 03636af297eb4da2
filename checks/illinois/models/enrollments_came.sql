-- model: enrollments_came
-- doc: Enrollments that count and whose whole key is filled, but not in the previous snapshot, not as erroneous either.
--   Without working ids (G22).
-- materialize: yes
select e._row, e.sid, e.home_rcdts, e.serving_rcdts, e.school_year, e.enrollment_date, e.exit_date
from enrollments e
where e.sid not like '~%' and e.home_rcdts is not null and e.serving_rcdts is not null and e.school_year is not null
    and e.enrollment_date is not null
    and not exists (
        select 1
        from prev.enrollment p
        where p.sid = e.sid and p.home_rcdts = e.home_rcdts and p.serving_rcdts = e.serving_rcdts
            and p.school_year = e.school_year and p.enrollment_date = e.enrollment_date
    )
