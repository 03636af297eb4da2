-- id: IL-ELS-004
-- title: MODEL screener beyond Kindergarten and the first semester of grade 1
-- kind: cross
-- source: EL Screener | Starting School Year 2019, only Grade Kindergarten and 1st Semester grade
-- effective: school year 2019 on
-- years: 2019-
-- table: el_screener
-- columns: screener_code, screener_date
-- reads: el_screener(sid, school_year, screener_date, screener_code), enrollment(sid, school_year, enrollment_date,
--   exit_date, entry_grade_level)
-- message: The student took the MODEL screener (09), but was neither in Kindergarten nor in the first semester of
--   grade 1.
-- expected: MODEL for Kindergarten and the first semester of grade 1 only
-- fix: Correct the screener or the date of the test; if the grade level of the enrollment is wrong, correct that.
-- note: The sentence is read as a limit on the use of MODEL. The grade level is that of the enrollment on the day of
--   the test, else of the first enrollment of that school year.
with semester as (
    select coalesce(:first_semester_end_given, min(first_semester_end), :first_semester_end) as last_day
    from run_param
),
screened as (
    select
        c._row,
        c.sid,
        c.school_year,
        c.screener_date,
        try_cast(
            concat(cast(c.school_year - case when p.last_day > '06-30' then 1 else 0 end as varchar), '-', p.last_day)
            as date
        ) as semester_end
    from el_screener c
    cross join semester p
    where c.school_year >= 2019 and c.screener_code = '09'
),
enrolled as (
    select
        c._row,
        c.screener_date,
        c.semester_end,
        e.entry_grade_level,
        e.enrollment_date,
        e.school_year = c.school_year as in_the_year,
        (e.enrollment_date <= c.screener_date and coalesce(e.exit_date >= c.screener_date, true)) is true as on_the_day
    from screened c
    join enrollments e on e.sid = c.sid
),
chosen as (
    select _row, screener_date, semester_end, entry_grade_level
    from enrolled
    where on_the_day or in_the_year
    qualify rank() over (
        partition by _row
        order by case when on_the_day then date '0001-01-01' else enrollment_date end nulls last
    ) = 1
)
select
    _row,
    case
        when bool_or(entry_grade_level = '15' or (entry_grade_level = '01' and screener_date <= semester_end)) then true
        when count(entry_grade_level) = count(*)
            and not bool_or(entry_grade_level = '01' and (screener_date is null or semester_end is null))
            then false
    end as holds
from chosen
group by _row
