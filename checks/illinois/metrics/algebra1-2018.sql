-- metric: algebra1
-- definition: 2018
-- title: Eighth graders passing Algebra I
-- who: Students in grade 08 of a public school who were enrolled on or before the first day of the window, and on or
--   after its last day (gaps between are allowed). They belong to the home school of their last enrollment in grade 08.
-- counts: A course beyond Algebra I counts whatever its grade; a course of the level of Algebra I counts when passed in
--   the year. Summer terms do not count.
-- source: Percent 8th Graders Passing Algebra I | SIS System Validations, November 30, 2018
-- reads: enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level, exit_date),
--   student_course_assignment(sid, school_year, state_course_code, term_code, final_letter_grade_code)
-- funnel: In grade 08 during the year | At a public school | Enrolled by the first day of the window |
--   Enrolled on its last day or later | In a course that counts, or counts when passed | Passed
-- denominator: 4
-- near: nobody passed yet, and one final grade is pending

-- query: cohort
with spells as (
    select
        sid, entry_grade_level, at_private, enrollment_date, exit_date,
        coalesce(entry_grade_level = '08', false) as graded,
        (entry_grade_level = '08' or entry_grade_level is null) as maybe_graded
    from metric_enrollments
    where school_year = :metric_school_year
),
tests as (
    select
        sid,
        bool_or(graded) as enrolled,
        bool_or(graded and not at_private) as public,
        coalesce(bool_or(graded and not at_private and enrollment_date <= :window_start), false) as began,
        coalesce(bool_or(graded and not at_private and (exit_date is null or exit_date >= :window_end)), false)
            as stayed,
        coalesce(
            bool_or(
                maybe_graded and not at_private and (enrollment_date is null or enrollment_date <= :window_start)
            ), false
        ) as may_begin,
        coalesce(bool_or(maybe_graded and not at_private and (exit_date is null or exit_date >= :window_end)), false)
            as may_stay
    from spells
    group by sid
),
last_school as (
    select sid, home_rcdts
    from metric_enrollments
    where school_year = :metric_school_year and entry_grade_level = '08' and not at_private
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
)
select
    p.sid,
    l.home_rcdts as responsible_rcdts,
    coalesce(t.public and t.began and t.stayed, false) as in_denominator,
    coalesce(t.may_begin and t.may_stay, false) and not coalesce(t.public and t.began and t.stayed, false) as may_in,
    w.sid is not null as may_out,
    case
        when not coalesce(t.enrolled, false) then 0
        when not t.public then 1
        when not t.began then 2
        when not t.stayed then 3
        else 4
    end as reached,
    case
        when not t.enrolled and t.may_begin and t.may_stay then 'enrolled without a grade in ' || :school_year_label
        when not t.enrolled then 'not in grade 08 in ' || :school_year_label
        when not t.public then 'in grade 08 at private schools only'
        when not t.began then 'not enrolled in grade 08 on or before ' || cast(:window_start as varchar)
        when not t.stayed then 'not enrolled in grade 08 on or after ' || cast(:window_end as varchar)
    end as reason
from metric_candidates p
left join tests t on t.sid = p.sid
left join last_school l on l.sid = p.sid
left join wrong_grade w on w.sid = p.sid
