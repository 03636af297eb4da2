-- metric: fot
-- definition: 2024
-- title: Freshmen on track
-- who: Students in grade 09 on the first and on the last day of the window who were in grade 09 or higher on no
--   October 1 or March 1 of an earlier school year, for more than 212 days and more than 159 days attended at the school
--   that they belong to. That is the home school of their last enrollment in grade 09 that began before June. Private
--   school students are left out.
-- counts: On track are those who passed at least 5 credits of any subject and failed at most half a credit of English,
--   mathematics, science and social science together. Only regular terms count.
-- source: Business rules of the 2024 Report Card | 9th graders on track
-- reads: enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level, exit_date,
--   percent_day_attended),
--   student_course_assignment(sid, school_year, state_course_code, term_code, final_letter_grade_code, course_credit)
-- funnel: In grade 09 during the year | At a public school, no private school student |
--   In grade 09 on both days of the window | Never before in grade 09 or higher | Long enough at the school |
--   At least 5 credits passed | On track
-- denominator: 5
-- near: within half a credit of on track, or one final grade is pending

-- query: cohort
with spells as (
    select
        _row, sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, percent_day_attended,
        day_from, day_to,
        at_private or private_student as private,
        school_year = :metric_school_year as of_year,
        coalesce(entry_grade_level = '09', false) as graded,
        (entry_grade_level = '09' or entry_grade_level is null) as maybe_graded,
        entry_grade_level in ('09', '10', '11', '12') as high,
        enrollment_date < :late_start or enrollment_date is null as regular,
        least(coalesce(exit_date, make_date(school_year, 6, 30)), make_date(school_year, 6, 30)) as held_to
    from metric_enrollments
),
ninth as (
    select sid from spells
    where of_year and maybe_graded and not private
    group by sid
),
tests as (
    select
        sid,
        coalesce(bool_or(of_year and graded), false) as enrolled,
        coalesce(bool_or(of_year and graded and not private), false) as public,
        coalesce(
            bool_or(
                of_year and graded and not private and enrollment_date <= :window_start
                and (exit_date is null or exit_date >= :window_start)
            ), false
        ) as on_first,
        coalesce(
            bool_or(
                of_year and graded and not private and enrollment_date <= :window_end
                and (exit_date is null or exit_date >= :window_end)
            ), false
        ) as on_last,
        coalesce(bool_or(of_year and maybe_graded and not private and enrollment_date is null), false) as undated,
        coalesce(bool_or(of_year and maybe_graded and not graded and not private), false) as ungraded,
        max(school_year) filter (
            where not of_year and high and not private and enrollment_date is not null
            and (
                (day_from <= make_date(school_year - 1, 10, 1) and held_to >= make_date(school_year - 1, 10, 1))
                or (day_from <= make_date(school_year, 3, 1) and held_to >= make_date(school_year, 3, 1))
            )
        ) as earlier,
        coalesce(
            bool_or(
                not of_year and not private
                and ((high and enrollment_date is null) or (high is null and enrollment_date is not null))
            ), false
        ) as may_earlier
    from spells
    group by sid
),
last_school as (
    select sid, home_rcdts
    from spells
    where of_year and graded and not private and regular
    qualify row_number() over (
        partition by sid
        order by
            exit_date desc nulls first, enrollment_date desc nulls last, percent_day_attended desc nulls last,
            serving_rcdts, home_rcdts
    ) = 1
),
there as (
    select
        s.sid, s.day_from, s.day_to, s.percent_day_attended,
        max(s.day_to) over (
            partition by s.sid order by s.day_from, s.day_to rows between unbounded preceding and 1 preceding
        ) as before
    from spells s
    join last_school l on l.sid = s.sid and l.home_rcdts = s.home_rcdts
    where s.of_year and not s.private and s.regular and s.enrollment_date is not null and s.day_to >= s.day_from
),
days as (
    select
        sid,
        sum(
            case
                when before is null or day_from > before then date_diff('day', day_from, day_to) + 1
                when day_to > before then date_diff('day', before, day_to)
                else 0
            end
        ) as enrolled_days,
        sum((date_diff('day', day_from, day_to) + 1) * coalesce(percent_day_attended, 0)) as attended_days,
        sum((date_diff('day', day_from, day_to) + 1) * coalesce(percent_day_attended, 1)) as most_attended_days
    from there
    group by sid
),
wrong_grade as (
    select sid from metric_conflicts
    where entry_grade_level = '09' and other_grade <> '09'
    group by sid
),
measured as (
    select
        p.sid, l.home_rcdts as responsible_rcdts,
        coalesce(t.enrolled, false) as enrolled,
        coalesce(t.public, false) as public,
        coalesce(t.on_first and t.on_last, false) as on_both,
        t.earlier,
        coalesce(d.enrolled_days, 0) as enrolled_days,
        coalesce(d.attended_days, 0) as attended_days,
        coalesce(d.enrolled_days, 0) > cast(:days_needed as integer) as long_enough,
        coalesce(d.attended_days, 0) > cast(:days_attended_needed as integer) as attended,
        coalesce(d.most_attended_days, 0) > cast(:days_attended_needed as integer) as may_attend,
        coalesce(t.undated, false) as undated,
        coalesce(t.ungraded, false) as ungraded,
        w.sid is not null or coalesce(t.may_earlier, false) as may_out
    from metric_candidates p
    left join tests t on t.sid = p.sid
    left join last_school l on l.sid = p.sid
    left join days d on d.sid = p.sid
    left join wrong_grade w on w.sid = p.sid
),
placed as (
    select
        sid, responsible_rcdts, may_out, enrolled, public, on_both, earlier, enrolled_days,
        attended_days, long_enough, attended, ungraded,
        on_both and earlier is null and long_enough and attended as inside,
        earlier is null
            and (undated or ungraded or (on_both and long_enough and may_attend)) as possible
    from measured
)
select
    sid,
    responsible_rcdts,
    inside as in_denominator,
    possible and not inside as may_in,
    may_out,
    case
        when not enrolled then 0
        when not public then 1
        when not on_both then 2
        when earlier is not null then 3
        when not (long_enough and attended) then 4
        else 5
    end as reached,
    case
        when inside then null
        when not enrolled and ungraded then 'enrolled without a grade in ' || :school_year_label
        when not enrolled then 'not in grade 09 in ' || :school_year_label
        when not public then 'in grade 09 as a private school student only'
        when not on_both
            then 'not in grade 09 on both ' || cast(:window_start as varchar) || ' and ' || cast(:window_end as varchar)
        when earlier is not null then 'was in grade 09 or higher in ' || cast(earlier as varchar)
        when not long_enough
            then cast(enrolled_days as varchar) || ' days at the school, more than ' || :days_needed || ' needed'
        else regexp_replace(cast(attended_days as varchar), '(\.\d+?)0*$', '\1')
            || ' days attended at the school, more than ' || :days_attended_needed || ' needed'
    end as reason
from placed
