-- model: enrollments_came
-- doc: Enrollments that count, but have no counterpart in the previous snapshot: none with the same key, or an erroneous
--   one (``erroneous_before``).
-- materialize: yes
select
    e._row, e.sid, e.home_rcdts, e.serving_rcdts, e.school_year, e.enrollment_date, e.exit_date,
    p.exit_type_code is not distinct from '99' as erroneous_before
from enrollments e
left join prev.enrollment p
    on p.sid = e.sid and p.home_rcdts = e.home_rcdts and p.serving_rcdts = e.serving_rcdts
    and p.school_year = e.school_year and p.enrollment_date = e.enrollment_date and p._last
where p.sid is null or p.exit_type_code = '99'
