-- model: student_years
-- doc: School years in which a student has enrollments at different serving schools, by student and year.
--   ``pda_total``: the greatest sum of Percent of Day Attended of enrollments that are open on the same days, more than
--   one day, where one of them has ended; null if there are none. ``pda_unknown``: a value of such a sum is missing. Left
--   out is what the state's rules report: the same serving school, and two home schools as far as IL-ENR-006 judges them.
--   ``_row``: an enrollment with the greatest sum.
with pairs as (
    select
        later._row,
        later.sid,
        later.school_year,
        later.percent_day_attended as own_pda,
        earlier.percent_day_attended as other_pda,
        later.exit_date is not null or earlier.exit_date is not null as ended,
        earlier.enrollment_date <= later.enrollment_date
            and earlier.last_day > later.enrollment_date
            and later.last_day > later.enrollment_date as at_once
    from several_enrollments later
    join several_enrollments earlier
        on earlier.sid = later.sid and earlier.school_year = later.school_year
        and earlier.serving_rcdts <> later.serving_rcdts
    where earlier.home_rcdts = later.home_rcdts or later.exit_date < make_date(:current_school_year - 2, 7, 1)
),
days as (
    select
        _row,
        sid,
        school_year,
        case
            when bool_or(ended and at_once) then
                coalesce(min(own_pda), 0) + coalesce(sum(other_pda) filter (where at_once), 0)
        end as pda_total,
        bool_or(ended and at_once)
            and count(*) filter (where at_once and (own_pda is null or other_pda is null)) > 0 as pda_unknown
    from pairs
    group by _row, sid, school_year
),
ranked as (
    select
        *,
        bool_or(pda_unknown) over (partition by sid, school_year) as any_unknown,
        row_number() over (partition by sid, school_year order by pda_total desc nulls last, _row) as nth
    from days
)
select _row, sid, school_year, pda_total, any_unknown as pda_unknown
from ranked
where nth = 1
