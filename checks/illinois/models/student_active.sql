-- model: student_active
-- doc: One row per student with an active enrollment: what the active enrollments have in common. ``_row`` is the
--   first of them. The sum of PDA counts null as 0. ``current_prek_count``: Pre-K enrollments of the current school
--   year. ``outside_dual_language``: every one says that the student is not in dual language. Distinct values are
--   counted only where there is more than one enrollment, because that is slow.
-- materialize: yes
with counted as (
    select
        sid,
        min(_row) as _row,
        count(*) as active_count,
        count(home_rcdts) as homes_filled,
        count(entry_grade_level) as grades_filled,
        sum(coalesce(percent_day_attended, 0)) as pda_total,
        bool_or(entry_grade_level = '00') is true as in_birth_to_3,
        bool_or(entry_grade_level = '14') is true as in_prek,
        bool_or(entry_grade_level = '22') is true as in_evaluation,
        bool_or(
            entry_grade_level in ('15', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12')
        ) is true as in_k_to_12,
        count(*) filter (where entry_grade_level = '14' and school_year = :current_school_year) as current_prek_count,
        bool_or(dual_language_code in ('01', '02')) is true as in_dual_language,
        bool_and(dual_language_code is not distinct from '03') as outside_dual_language
    from active_enrollments
    where sid is not null
    group by sid
),
differing as (
    select
        sid,
        count(distinct home_rcdts) as homes,
        count(distinct entry_grade_level) as grades,
        count(distinct coalesce(military_connected_indicator, 'none')) as military_values
    from active_enrollments
    where sid in (select sid from counted where active_count > 1)
    group by sid
)
select
    c.*,
    coalesce(d.homes, c.homes_filled) as homes,
    coalesce(d.grades, c.grades_filled) as grades,
    coalesce(d.military_values, 1) as military_values
from counted c
left join differing d on d.sid = c.sid
