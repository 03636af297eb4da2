-- model: college_context
-- doc: College course rows that are not marked erroneous (G19), with their matching enrollments (G5) and the catalogue.
--   ``matched``: there is one. ``in_high_school``: one of them has grade 09 to 12; ``entry_grade_level``: their highest.
--   ``starts_inside``, ``ends_inside``: one of them begins in time, one of them lasts long enough;
--   ``inside``: one of them does both. A missing end of either side sets no bound. ``dual_in_course_file``: a student
--   course row of the same student, year and course is dual credit.
with compared as (
    select
        c._row,
        e.entry_grade_level,
        e.enrollment_date <= c.course_start_date as starts_inside,
        c.course_end_date is null or e.exit_date is null or c.course_end_date <= e.exit_date as ends_inside
    from college_course c
    join enrollments e
        on e.sid = c.sid and e.home_rcdts = c.home_rcdts and e.serving_rcdts = c.serving_rcdts
        and e.school_year = c.school_year
),
summed as (
    select
        _row,
        bool_or(entry_grade_level in ('09', '10', '11', '12')) is true as in_high_school,
        max(entry_grade_level) as entry_grade_level,
        bool_or(starts_inside) as starts_inside,
        bool_or(ends_inside) as ends_inside,
        case
            when bool_or(starts_inside and ends_inside) then true
            when count(starts_inside and ends_inside) = count(*) then false
        end as inside
    from compared
    group by _row
),
dual as (
    select distinct sid, school_year, state_course_code
    from student_course_assignment
    where _last and dual_credit = '01' and final_letter_grade_code is distinct from '99'
)
select
    c.*,
    m._row is not null as matched,
    m.in_high_school,
    m.entry_grade_level,
    m.starts_inside,
    m.ends_inside,
    m.inside,
    k.course_group,
    coalesce(
        left(c.state_course_code, 2) between '01' and '22' and substr(c.state_course_code, 2, 1) between '0' and '9',
        false
    ) as is_secondary_area,
    d.sid is not null as dual_in_course_file
from college_course c
left join summed m on m._row = c._row
left join state_course k on k.state_course_code = c.state_course_code and k._last
left join dual d on d.sid = c.sid and d.school_year = c.school_year and d.state_course_code = c.state_course_code
where c.final_letter_grade_code is distinct from '99'
