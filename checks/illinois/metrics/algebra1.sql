-- Eighth graders passing Algebra I: what follows from the cohort, in both definitions.

-- query: reasons
select 1 as code, 'not in grade 08 in ' || :school_year_label as reason
union all
select 2, 'only erroneous enrollments in ' || :school_year_label
union all
select 3, 'no enrollment in ' || :school_year_label

-- query: lines
with judged as (
    select
        c._row, c.sid, c.home_rcdts, c.serving_rcdts, c.school_year, c.state_course_code, c.local_course_id,
        c.section_number, c.term_code, c.course_credit, c.final_letter_grade_code, c.matched,
        case
            when c.school_year < :metric_school_year - cast(:years_before as integer) then 'other year'
            when strpos(' ' || :summer_terms || ' ', ' ' || c.term_code || ' ') > 0 then 'summer'
            when l.counts is null then 'other course'
            when l.levels is not null
                and coalesce(strpos(' ' || l.levels || ' ', ' ' || c.course_level_code || ' '), 0) = 0
                then 'level'
            when l.counts = 'always' then 'always'
            when coalesce(strpos(' ' || :final_terms || ' ', ' ' || coalesce(c.term_code, '?') || ' '), 1) = 0
                then 'term'
            when c.final_letter_grade_code is null then 'no grade'
            when g.result is null then 'unlisted grade'
            when g.result = 'pass' then 'passed'
            else 'not passed'
        end as verdict,
        l.counts is not null as listed,
        l.levels
    from metric_courses c
    join metric_cohort k on k.sid = c.sid and (k.in_denominator or k.may_in)
    left join metric_courses_listed l on l.state_course_code = c.state_course_code
    left join metric_grades g on g.code = c.final_letter_grade_code
    where c.area in ('02', '52')
)
select
    _row, sid, home_rcdts, serving_rcdts, school_year, state_course_code, local_course_id, section_number, term_code,
    verdict in ('always', 'passed') as counted,
    course_credit as credit,
    final_letter_grade_code as grade_code,
    listed as core,
    case verdict
        when 'other year' then 'another school year'
        when 'summer' then 'summer term ' || term_code
        when 'other course' then 'not a course of the list'
        when 'level' then 'counts at these levels only: ' || levels
        when 'always' then state_course_code || ' counts whatever the grade'
        when 'term' then coalesce('term ' || term_code || ' is not a final one', 'no term')
        when 'no grade' then 'no final letter grade'
        when 'unlisted grade' then 'grade ' || final_letter_grade_code || ' is not on the list of grades'
        when 'passed' then state_course_code || ' passed with grade ' || final_letter_grade_code
        else state_course_code || ' not passed: grade ' || final_letter_grade_code
    end as why,
    verdict in ('no grade', 'unlisted grade') as pending,
    verdict = 'not passed' as missed,
    verdict in ('always', 'passed') and not matched as doubtful
from judged

-- query: results
with sums as (
    select
        sid,
        bool_or(counted) as passed,
        bool_or(counted and not doubtful) as surely,
        count(*) filter (where pending) as pending,
        count(*) filter (where missed) as missed,
        min(why) filter (where counted) as passing,
        min(why) filter (where missed) as failing,
        min(state_course_code) filter (where pending) as waiting
    from metric_lines
    group by sid
)
select
    k.sid,
    k.responsible_rcdts,
    k.in_denominator,
    k.in_denominator and coalesce(s.passed, false) as in_numerator,
    not k.in_denominator or k.may_out as may_out,
    (k.in_denominator or k.may_in) and (coalesce(s.passed, false) or coalesce(s.pending, 0) > 0) as may_pass,
    (k.in_denominator or k.may_in) and not coalesce(s.surely, false) as may_fail,
    case
        when not k.in_denominator then k.reached
        when coalesce(s.passed, false) then k.reached + 2
        when coalesce(s.pending, 0) + coalesce(s.missed, 0) > 0 then k.reached + 1
        else k.reached
    end as reached,
    k.in_denominator and not coalesce(s.passed, false) and coalesce(s.pending, 0) = 1 as near,
    case
        when not k.in_denominator then k.reason
        when s.passed then s.passing
        when s.pending > 0 then s.waiting || ': no final grade that decides'
        when s.missed > 0 then s.failing
        else 'no course that counts'
    end as reason
from metric_cohort k
left join sums s on s.sid = k.sid

-- query: elsewhere
select r.sid, c.other_home as rcdts
from metric_results r
join metric_conflicts c on c.sid = r.sid and c.home_rcdts = r.responsible_rcdts and c.other_home <> c.home_rcdts
where (r.may_pass or r.may_fail) and c.entry_grade_level = '08' and c.other_grade = '08'
group by r.sid, c.other_home

-- query: repairs
select l.sid, 'student_course_assignment' as table_name, l._row, l.why as what
from metric_lines l
where l.pending
union all
select l.sid, 'student_course_assignment' as table_name, l._row, 'no enrollment of that year at these schools' as what
from metric_lines l
where l.doubtful
union all
select e.sid, 'enrollment' as table_name, e._row, 'no grade level' as what
from metric_enrollments e
where e.school_year = :metric_school_year and e.entry_grade_level is null and not e.at_private
union all
select e.sid, 'enrollment' as table_name, e._row, 'no enrollment date' as what
from metric_enrollments e
where e.school_year = :metric_school_year and e.entry_grade_level = '08' and e.enrollment_date is null
    and not e.at_private
union all
select c.sid, 'enrollment' as table_name, c._row, 'shares a day with an enrollment of another school or grade' as what
from metric_conflicts c
where c.entry_grade_level = '08' or c.other_grade = '08'
group by c.sid, c._row
