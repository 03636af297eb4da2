-- model: student_active
-- doc: One row per student with an active enrollment: what the active enrollments have in common. ``_row`` is the
--   first of them. The sum of PDA counts null as 0. ``current_prek_count``: Pre-K enrollments of the current school
--   year. ``outside_dual_language``: every one says that the student is not in dual language.
-- materialize: yes
with
-- What a single active enrollment says.
single as not materialized (
    select
        again,
        sid,
        _row,
        1 as active_count,
        case when home_rcdts is null then 0 else 1 end as homes_filled,
        case when entry_grade_level is null then 0 else 1 end as grades_filled,
        coalesce(percent_day_attended, 0) as pda_total,
        coalesce(entry_grade_level = '00', false) as in_birth_to_3,
        coalesce(entry_grade_level = '14', false) as in_prek,
        coalesce(entry_grade_level = '22', false) as in_evaluation,
        coalesce(
            entry_grade_level in ('15', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'), false
        ) as in_k_to_12,
        case when entry_grade_level = '14' and school_year = :current_school_year then 1 else 0 end
            as current_prek_count,
        coalesce(dual_language_code in ('01', '02'), false) as in_dual_language,
        dual_language_code is not distinct from '03' as outside_dual_language,
        home_rcdts,
        entry_grade_level,
        military_connected_indicator
    from enrollments_split
    where exit_type_code is distinct from '99' and exit_date is null
)
select
    sid,
    _row,
    active_count,
    homes_filled,
    grades_filled,
    pda_total,
    in_birth_to_3,
    in_prek,
    in_evaluation,
    in_k_to_12,
    current_prek_count,
    in_dual_language,
    outside_dual_language,
    homes_filled as homes,
    grades_filled as grades,
    1 as military_values
from single
where not again
union all
select
    sid,
    min(_row),
    count(*),
    count(home_rcdts),
    count(entry_grade_level),
    sum(pda_total),
    bool_or(in_birth_to_3),
    bool_or(in_prek),
    bool_or(in_evaluation),
    bool_or(in_k_to_12),
    sum(current_prek_count)::integer,
    bool_or(in_dual_language),
    bool_and(outside_dual_language),
    count(distinct home_rcdts),
    count(distinct entry_grade_level),
    count(distinct coalesce(military_connected_indicator, 'none'))
from single
where again
group by sid
