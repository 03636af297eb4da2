-- model: student_active
-- materialize: yes
-- doc: One row per student with an active enrollment: what the active enrollments have in common. ``_row`` is the
--   first of them. The sum of PDA counts null as 0.
select
    sid,
    min(_row) as _row,
    count(*) as active_count,
    count(distinct home_rcdts) as homes,
    count(home_rcdts) as homes_filled,
    count(distinct entry_grade_level) as grades,
    count(entry_grade_level) as grades_filled,
    count(distinct coalesce(military_connected_indicator, 'none')) as military_values,
    sum(coalesce(percent_day_attended, 0)) as pda_total,
    bool_or(entry_grade_level = '00') is true as in_birth_to_3,
    bool_or(entry_grade_level = '14') is true as in_prek,
    bool_or(entry_grade_level = '22') is true as in_evaluation
from active_enrollments
where sid is not null
group by sid
