-- metric: fot
-- definition: 2018
-- title: Freshmen on track
-- who: Students in grade 09 of a public school on at least one day of the window who were in no grade 09 in an earlier
--   school year. They belong to the home school of their last enrollment in grade 09.
-- counts: On track are those who passed at least 5 credits of any subject and failed at most half a credit of English,
--   mathematics, science and social science together. Summer terms do not count.
-- source: Freshman on Track | SIS System Validations, November 30, 2018
-- reads: enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level, exit_date),
--   student_course_assignment(sid, school_year, state_course_code, term_code, final_letter_grade_code, course_credit)
-- funnel: In grade 09 during the year | At a public school | Enrolled in the window | First time in grade 09 |
--   At least 5 credits passed | On track
-- denominator: 4
-- near: within half a credit of on track, or one final grade is pending

-- query: cohort
with spells as (
    select
        sid, at_private, enrollment_date, exit_date,
        school_year = :metric_school_year as of_year,
        school_year,
        coalesce(entry_grade_level = '09', false) as graded,
        (entry_grade_level = '09' or entry_grade_level is null) as maybe_graded,
        enrollment_date <= :window_end and (exit_date is null or exit_date >= :window_start)
            and (exit_date is null or exit_date >= enrollment_date) as in_window
    from metric_enrollments
),
tests as (
    select
        sid,
        coalesce(bool_or(of_year and graded), false) as enrolled,
        coalesce(bool_or(of_year and graded and not at_private), false) as public,
        coalesce(bool_or(of_year and graded and not at_private and in_window), false) as in_window,
        coalesce(
            bool_or(
                of_year and maybe_graded and not at_private
                and (in_window or (enrollment_date is null and (exit_date is null or exit_date >= :window_start)))
            ), false
        ) as may_window,
        max(school_year) filter (where not of_year and graded and not at_private) as earlier,
        coalesce(bool_or(not of_year and maybe_graded and not graded and not at_private), false) as may_earlier
    from spells
    group by sid
),
last_school as (
    select sid, home_rcdts
    from metric_enrollments
    where school_year = :metric_school_year and entry_grade_level = '09' and not at_private
    qualify row_number() over (
        partition by sid
        order by
            exit_date desc nulls first, enrollment_date desc nulls last, percent_day_attended desc nulls last,
            serving_rcdts, home_rcdts
    ) = 1
),
wrong_grade as (
    select sid from metric_conflicts
    where entry_grade_level = '09' and other_grade <> '09'
    group by sid
)
select
    p.sid,
    l.home_rcdts as responsible_rcdts,
    coalesce(t.in_window and t.earlier is null, false) as in_denominator,
    coalesce(t.may_window and not t.in_window and t.earlier is null, false) as may_in,
    w.sid is not null or coalesce(t.may_earlier, false) as may_out,
    case
        when not coalesce(t.enrolled, false) then 0
        when not t.public then 1
        when not t.in_window then 2
        when t.earlier is not null then 3
        else 4
    end as reached,
    case
        when not t.enrolled and t.may_window then 'enrolled without a grade in ' || :school_year_label
        when not t.enrolled then 'not in grade 09 in ' || :school_year_label
        when not t.public then 'in grade 09 at private schools only'
        when not t.in_window
            then 'in grade 09 on no day from ' || cast(:window_start as varchar) || ' to ' || cast(:window_end as varchar)
        when t.earlier is not null then 'was in grade 09 in ' || cast(t.earlier as varchar)
    end as reason
from metric_candidates p
left join tests t on t.sid = p.sid
left join last_school l on l.sid = p.sid
left join wrong_grade w on w.sid = p.sid
