-- model: several_enrollments
-- doc: Enrollments that count, of students who have more than one: what the rules on overlaps compare. ``last_day`` is
--   the exit date, or the end of time while it is open.
-- materialize: yes
select
    _row, sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level, exit_date, exit_type_code,
    coalesce(exit_date, date '9999-12-31') as last_day
from enrollments
where sid in (select sid from enrollments group by sid having count(*) > 1)
