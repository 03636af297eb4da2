-- model: childhood_context
-- doc: Early childhood rows (every copy of a doubled key, G22) with the student, the home school, the matching
--   enrollments summed up (G5; null where there is none), and what came before: the first day in Birth to 3, and the
--   first school year with a Pre-K enrollment that has ended. ``is_current``: of the current school year (G16).
--   ``is_current_since_2019``: and that year is not before 2019. ``current_prek_count``: active Pre-K enrollments of
--   the student in the current school year.
with earlier as (
    select
        sid,
        min(enrollment_date) filter (where entry_grade_level = '00') as birth_to_3_start,
        min(school_year) filter (where entry_grade_level = '14' and exit_date is not null) as prek_ended_year
    from enrollments
    where entry_grade_level in ('00', '14')
    group by sid
)
select
    c.*,
    c.school_year = :current_school_year as is_current,
    c.school_year = :current_school_year and c.school_year >= 2019 as is_current_since_2019,
    s.birth_date,
    s.idea_services_indicator,
    s.private_school_student,
    s.homeless_indicator,
    s.youth_in_care_indicator,
    h.rcdts is not null as home_known,
    h.is_cps,
    coalesce(y.valid > 0, false) as matched,
    y.open_count,
    y.first_school_entry,
    y.top_pda,
    y.whole_days,
    y.pdas_unknown,
    coalesce(a.current_prek_count, 0) as current_prek_count,
    b.birth_to_3_start,
    b.prek_ended_year
from early_childhood c
left join student s on s.sid = c.sid and s._last
left join entity h on h.rcdts = c.home_rcdts and h._last
left join enrollment_year y
    on y.match_key = hash(c.sid, c.home_rcdts, c.serving_rcdts, c.school_year)
left join student_active a on a.sid = c.sid
left join earlier b on b.sid = c.sid
