-- model: grade_steps
-- doc: School years of a student in grades K to 12 with the one before in these grades. ``_row``: first enrollment of the
--   year; ``previous_grade_level``, ``previous_exit``: grade and exit type of the last one of the year before. ``step``:
--   grades between the two, 1 if enrollments that begin on the same day are of several grades (IL-ENR-024) and the next
--   grade lies among them; ``years_apart``: school years between them (1: next year); ``retained``: an enrollment of the
--   year before ended with exit type 12.
with graded as (
    select
        _row, sid, school_year, enrollment_date, exit_date, exit_type_code, entry_grade_level,
        case entry_grade_level
            when '15' then 0
            when '01' then 1
            when '02' then 2
            when '03' then 3
            when '04' then 4
            when '05' then 5
            when '06' then 6
            when '07' then 7
            when '08' then 8
            when '09' then 9
            when '10' then 10
            when '11' then 11
            when '12' then 12
        end as grade
    from several_enrollments
    where school_year is not null
),
-- Students who were in these grades in one year alone have no year before.
again as (
    select sid
    from graded
    where grade is not null
    group by sid
    having min(school_year) < max(school_year)
),
placed as (
    select
        *,
        rank() over (partition by sid, school_year order by enrollment_date) as nth,
        rank() over (
            partition by sid, school_year order by enrollment_date desc, exit_date desc nulls first
        ) as nth_last
    from graded
    where grade is not null and sid in (select sid from again)
),
years as (
    select
        sid,
        school_year,
        min(_row) filter (where nth = 1) as _row,
        min(grade) filter (where nth = 1) as first_low,
        max(grade) filter (where nth = 1) as first_high,
        min(grade) filter (where nth_last = 1) as last_low,
        max(grade) filter (where nth_last = 1) as last_high,
        max(entry_grade_level) filter (where nth_last = 1) as last_grade_level,
        max(exit_type_code) filter (where nth_last = 1) as last_exit,
        bool_or(exit_type_code = '12') is true as retained
    from placed
    group by sid, school_year
),
followed as (
    select
        *,
        lag(school_year) over (partition by sid order by school_year) as previous_year,
        lag(last_grade_level) over (partition by sid order by school_year) as previous_grade_level,
        lag(last_low) over (partition by sid order by school_year) as previous_low,
        lag(last_high) over (partition by sid order by school_year) as previous_high,
        lag(last_exit) over (partition by sid order by school_year) as previous_exit,
        lag(retained) over (partition by sid order by school_year) as was_retained
    from years
)
select
    _row,
    sid,
    school_year,
    previous_grade_level,
    previous_exit,
    case
        when first_low - previous_high > 1 then first_low - previous_high
        when first_high - previous_low < 1 then first_high - previous_low
        else 1
    end as step,
    school_year - previous_year as years_apart,
    was_retained as retained
from followed
where previous_year is not null
