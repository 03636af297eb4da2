-- model: metric_enrollments
-- doc: Enrollments of the candidates, up to the school year of the metrics, that are not erroneous. ``at_private``: the
--   home school is a private one; a school that the reference table lacks counts as public. ``private_student``: the
--   student is marked as one of a private school. ``day_from`` and ``day_to``: the days within the school year, an open enrollment until
--   its last day or the day of the run; none if ``day_to`` lies before ``day_from``.
-- materialize: yes
-- stands: student sid
select
    e._row, e.sid, e.home_rcdts, e.serving_rcdts, e.school_year, e.entry_grade_level, e.enrollment_date, e.exit_date,
    e.percent_day_attended,
    coalesce(h.entity_type = 'private', false) as at_private,
    coalesce(s.private_school_student = '01', false) as private_student,
    greatest(e.enrollment_date, make_date(e.school_year - 1, 7, 1)) as day_from,
    least(
        coalesce(e.exit_date, cast(:as_of_date as date)), make_date(e.school_year, 6, 30)
    ) as day_to
from enrollments e
left join entity h on h.rcdts = e.home_rcdts and h._last
left join student s on s.sid = e.sid and s._last and s.private_school_student = '01'
where e.sid in (select sid from metric_candidates) and e.school_year <= :metric_school_year
