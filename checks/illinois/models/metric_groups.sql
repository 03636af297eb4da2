-- model: metric_groups
-- doc: What the candidates of the metrics are also counted by: the grade of the last enrollment of the year (G4), and
--   programs, race and gender as the student's record has them now (G16).
-- materialize: yes
-- stands: student sid
with last_grade as (
    select sid, entry_grade_level
    from metric_enrollments
    where school_year = :metric_school_year
    qualify row_number() over (
        partition by sid
        order by
            exit_date desc nulls first, enrollment_date desc nulls last, percent_day_attended desc nulls last,
            serving_rcdts, home_rcdts
    ) = 1
)
select
    l.sid,
    l.entry_grade_level as grade,
    s.el_indicator as el,
    s.idea_services_indicator as idea,
    s.frl_indicator as low_income,
    s.homeless_indicator as homeless,
    s.race_code as race,
    s.gender_code as gender
from last_grade l
left join student s on s.sid = l.sid and s._last
