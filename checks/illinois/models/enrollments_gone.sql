-- model: enrollments_gone
-- doc: Enrollments of the previous snapshot that counted and are no longer there, not as erroneous either. Without
--   working ids (G22), which say nothing from one night to the next.
-- materialize: yes
select p.sid, p.home_rcdts, p.serving_rcdts, p.school_year, p.enrollment_date, p.exit_date
from prev.enrollment p
where p._last and p.exit_type_code is distinct from '99' and p.sid not like '~%'
    and p.home_rcdts is not null and p.serving_rcdts is not null and p.school_year is not null
    and p.enrollment_date is not null
    and not exists (
        select 1
        from enrollment e
        where e.sid = p.sid and e.home_rcdts = p.home_rcdts and e.serving_rcdts = p.serving_rcdts
            and e.school_year = p.school_year and e.enrollment_date = p.enrollment_date
    )
