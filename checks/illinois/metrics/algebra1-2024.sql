-- metric: algebra1
-- definition: 2024
-- title: Eighth graders passing Algebra I
-- who: Students in grade 08 of a public school with an enrollment that begins on or before the first day of the window
--   and one that ends after its last day, enrolled for more than 212 days of the year. They belong to the home school
--   of their last enrollment in grade 08 that began before June.
-- counts: A course beyond Algebra I counts whatever its grade or term; a course of the level of Algebra I counts when
--   passed in a final term. The year and the two before it are looked at, summer terms too.
-- source: Business rules of the 2024 Report Card | 8th graders passing Algebra I
-- reads: enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level, exit_date),
--   student_course_assignment(sid, school_year, state_course_code, term_code, final_letter_grade_code)
-- funnel: In grade 08 during the year | At a public school, no private school student |
--   Enrolled by the first day of the window | Enrolled after its last day | Enrolled for more than 212 days |
--   In a course that counts, or counts when passed | Passed
-- denominator: 5
-- near: nobody passed yet, and one final grade is pending

-- query: cohort
with spells as (
    select
        _row, sid, home_rcdts, serving_rcdts, enrollment_date, exit_date, percent_day_attended, day_from, day_to,
        at_private or private_student as private,
        coalesce(entry_grade_level = '08', false) as graded,
        (entry_grade_level = '08' or entry_grade_level is null) as maybe_graded
    from metric_enrollments
    where school_year = :metric_school_year
),
candidates as (
    select sid from spells where maybe_graded and not private group by sid
),
covered as (
    select
        s.sid, s.day_from, s.day_to,
        max(s.day_to) over (
            partition by s.sid order by s.day_from, s.day_to rows between unbounded preceding and 1 preceding
        ) as before
    from spells s
    where s.sid in (select sid from candidates) and not s.private and s.enrollment_date is not null
        and s.day_to >= s.day_from
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
        ) as enrolled_days
    from covered
    group by sid
),
tests as (
    select
        sid,
        bool_or(graded) as enrolled,
        bool_or(graded and not private) as public,
        coalesce(bool_or(graded and not private and enrollment_date <= :window_start), false) as began,
        coalesce(bool_or(graded and not private and (exit_date is null or exit_date > :window_end)), false) as stayed,
        coalesce(bool_or(not private and enrollment_date is null), false) as undated,
        coalesce(
            bool_or(maybe_graded and not private and (enrollment_date is null or enrollment_date <= :window_start)),
            false
        ) as may_begin,
        coalesce(bool_or(maybe_graded and not private and (exit_date is null or exit_date > :window_end)), false)
            as may_stay
    from spells
    group by sid
),
last_school as (
    select sid, home_rcdts
    from spells
    where graded and not private and (enrollment_date is null or enrollment_date < :late_start)
    qualify row_number() over (
        partition by sid
        order by
            exit_date desc nulls first, enrollment_date desc nulls last, percent_day_attended desc nulls last,
            serving_rcdts, home_rcdts
    ) = 1
),
wrong_grade as (
    select sid from metric_conflicts
    where entry_grade_level = '08' and other_grade <> '08'
    group by sid
),
measured as (
    select
        p.sid, l.home_rcdts as responsible_rcdts,
        coalesce(t.enrolled, false) as enrolled,
        coalesce(t.public, false) as public,
        coalesce(t.began, false) as began,
        coalesce(t.stayed, false) as stayed,
        coalesce(d.enrolled_days, 0) as enrolled_days,
        coalesce(d.enrolled_days, 0) > cast(:days_needed as integer) as long_enough,
        coalesce(
            t.may_begin and t.may_stay and (t.undated or d.enrolled_days > cast(:days_needed as integer)), false
        ) as possible,
        w.sid is not null as may_out
    from metric_candidates p
    left join tests t on t.sid = p.sid
    left join days d on d.sid = p.sid
    left join last_school l on l.sid = p.sid
    left join wrong_grade w on w.sid = p.sid
)
select
    sid,
    responsible_rcdts,
    public and began and stayed and long_enough as in_denominator,
    possible and not (public and began and stayed and long_enough) as may_in,
    may_out,
    case
        when not enrolled then 0
        when not public then 1
        when not began then 2
        when not stayed then 3
        when not long_enough then 4
        else 5
    end as reached,
    case
        when not enrolled and possible then 'enrolled without a grade in ' || :school_year_label
        when not enrolled then 'not in grade 08 in ' || :school_year_label
        when not public then 'in grade 08 as a private school student only'
        when not began then 'not enrolled in grade 08 on or before ' || cast(:window_start as varchar)
        when not stayed then 'not enrolled in grade 08 after ' || cast(:window_end as varchar)
        when not long_enough
            then 'enrolled for ' || cast(enrolled_days as varchar) || ' days, more than ' || :days_needed || ' needed'
    end as reason
from measured
