-- model: outside_context
-- doc: Outside course rows that are not marked erroneous (G19) with the student's enrollments. ``in_district``: an
--   active enrollment has a home school of the district of the row (null where a missing home school or student may be
--   the one). ``in_high_school``: an enrollment of the row's school year or a later one has grade 09 to 12 (null where
--   a missing year may be such a one); ``entry_grade_level``: the highest grade of those years. ``is_current``: of the
--   current school year.
with compared as (
    select
        c._row,
        e.entry_grade_level,
        e.school_year >= c.school_year as in_time,
        e.entry_grade_level in ('09', '10', '11', '12') is true as is_high_school,
        e.exit_date is null as active,
        left(e.home_rcdts, 11) = left(c.home_rcdts, 11) as same_district
    from outside_course c
    join enrollments e on e.sid = c.sid
),
summed as (
    select
        _row,
        bool_or(same_district) filter (where active) as in_district,
        count(*) filter (where active and same_district is null) as districts_unknown,
        bool_or(in_time) filter (where is_high_school) as in_high_school,
        count(*) filter (where is_high_school and in_time is null) as years_unknown,
        max(entry_grade_level) filter (where in_time) as entry_grade_level
    from compared
    group by _row
)
select
    c.*,
    case
        when m.in_district then true
        when c.sid is not null and coalesce(m.districts_unknown, 0) = 0 then false
    end as in_district,
    case
        when m.in_high_school then true
        when c.sid is not null and coalesce(m.years_unknown, 0) = 0 then false
    end as in_high_school,
    m.entry_grade_level,
    c.school_year = :current_school_year as is_current
from outside_course c
left join summed m on m._row = c._row
where c.final_letter_grade_code is distinct from '99'
