-- Freshmen on track: what follows from the cohort, in both definitions.

-- query: reasons
select 1 as code, 'not in grade 09 in ' || :school_year_label as reason
union all
select 2, 'only erroneous enrollments in ' || :school_year_label
union all
select 3, 'no enrollment in ' || :school_year_label

-- query: lines
with judged as (
    select
        c._row, c.sid, c.home_rcdts, c.serving_rcdts, c.school_year, c.state_course_code, c.local_course_id,
        c.section_number, c.term_code, c.final_letter_grade_code, c.matched, c.course_credit,
        strpos(' ' || :core_areas || ' ', ' ' || coalesce(c.area, '?') || ' ') > 0 as core,
        case
            when c.area between '51' and '73' then 'no credit'
            when strpos(' ' || :summer_terms || ' ', ' ' || c.term_code || ' ') > 0 then 'summer'
            when coalesce(strpos(' ' || :terms || ' ', ' ' || coalesce(c.term_code, '?') || ' '), 1) = 0 then 'term'
            when c.final_letter_grade_code is null then 'no grade'
            when g.result is null then 'unlisted grade'
            else g.result
        end as verdict
    from metric_courses c
    join metric_cohort k on k.sid = c.sid and (k.in_denominator or k.may_in)
    left join metric_grades g on g.code = c.final_letter_grade_code
    where c.school_year = :metric_school_year
)
select
    _row, sid, home_rcdts, serving_rcdts, school_year, state_course_code, local_course_id, section_number, term_code,
    verdict = 'pass' or (verdict = 'fail' and core) as counted,
    course_credit as credit,
    final_letter_grade_code as grade_code,
    core,
    case verdict
        when 'no credit' then 'bears no high school credit'
        when 'summer' then 'summer term ' || term_code
        when 'term' then coalesce('term ' || term_code || ' is left out', 'no term')
        when 'no grade' then 'no final letter grade'
        when 'unlisted grade' then 'grade ' || final_letter_grade_code || ' is not on the list of grades'
        when 'left out' then 'grade ' || final_letter_grade_code || ' is left out'
        when 'pass' then
            case when course_credit is null then 'passed, but without a credit' else 'passed' end
        else
            case
                when not core then 'failed, but no core subject'
                when course_credit is null then 'failed in a core subject, but without a credit'
                else 'failed in a core subject'
            end
    end as why,
    verdict,
    verdict in ('no grade', 'unlisted grade') as pending,
    course_credit is null and (verdict = 'pass' or (verdict = 'fail' and core)) as uncredited,
    not matched and (verdict = 'pass' or (verdict = 'fail' and core)) as doubtful
from judged

-- query: results
with sums as (
    select
        sid,
        coalesce(sum(credit) filter (where verdict = 'pass'), 0) as passed,
        coalesce(sum(credit) filter (where verdict = 'fail' and core), 0) as failed,
        coalesce(sum(credit) filter (where verdict = 'pass' and doubtful), 0) as passed_doubtful,
        coalesce(sum(credit) filter (where verdict = 'fail' and core and doubtful), 0) as failed_doubtful,
        coalesce(sum(coalesce(credit, cast(:most_credit as decimal(18, 9)))) filter (
            where pending or (uncredited and verdict = 'pass')
        ), 0) as may_add,
        coalesce(sum(coalesce(credit, cast(:most_credit as decimal(18, 9)))) filter (
            where core and (pending or (uncredited and verdict = 'fail'))
        ), 0) as may_miss,
        count(*) filter (where pending) as pending,
        count(*) as courses
    from metric_lines
    group by sid
),
measured as (
    select
        k.sid, k.responsible_rcdts, k.in_denominator, k.may_in, k.may_out, k.reached, k.reason,
        cast(:credits_needed as decimal(18, 9)) as needed,
        cast(:failed_allowed as decimal(18, 9)) as allowed,
        coalesce(s.passed, 0) as passed,
        coalesce(s.failed, 0) as failed,
        coalesce(s.passed_doubtful, 0) as passed_doubtful,
        coalesce(s.failed_doubtful, 0) as failed_doubtful,
        coalesce(s.may_add, 0) as may_add,
        coalesce(s.may_miss, 0) as may_miss,
        coalesce(s.pending, 0) as pending,
        coalesce(s.courses, 0) as courses
    from metric_cohort k
    left join sums s on s.sid = k.sid
)
select
    sid,
    responsible_rcdts,
    in_denominator,
    in_denominator and passed >= needed and failed <= allowed as in_numerator,
    not in_denominator or may_out as may_out,
    (in_denominator or may_in) and passed + may_add >= needed and failed - failed_doubtful <= allowed as may_pass,
    (in_denominator or may_in) and (passed - passed_doubtful < needed or failed + may_miss > allowed) as may_fail,
    case
        when not in_denominator or passed < needed then reached
        when failed > allowed then reached + 1
        else reached + 2
    end as reached,
    in_denominator and (passed < needed or failed > allowed)
        and (pending = 1 or greatest(needed - passed, 0) + greatest(failed - allowed, 0) <= 0.5) as near,
    case
        when not in_denominator then reason
        when courses = 0 then 'no course row in ' || :school_year_label
        when passed < needed and failed > allowed
            then regexp_replace(cast(passed as varchar), '(\.\d+?)0*$', '\1') || ' of ' || :credits_needed
                || ' credits, and failed ' || regexp_replace(cast(failed as varchar), '(\.\d+?)0*$', '\1')
                || ' core credit'
        when passed < needed
            then regexp_replace(cast(passed as varchar), '(\.\d+?)0*$', '\1') || ' of ' || :credits_needed || ' credits'
        when failed > allowed
            then 'failed ' || regexp_replace(cast(failed as varchar), '(\.\d+?)0*$', '\1') || ' core credit'
        else regexp_replace(cast(passed as varchar), '(\.\d+?)0*$', '\1') || ' credits, failed '
            || regexp_replace(cast(failed as varchar), '(\.\d+?)0*$', '\1') || ' core credit'
    end as reason
from measured

-- query: elsewhere
select r.sid, c.other_home as rcdts
from metric_results r
join metric_conflicts c on c.sid = r.sid and c.home_rcdts = r.responsible_rcdts and c.other_home <> c.home_rcdts
where (r.may_pass or r.may_fail) and c.entry_grade_level = '09' and c.other_grade = '09'
group by r.sid, c.other_home

-- query: repairs
select l.sid, 'student_course_assignment' as table_name, l._row, l.why as what
from metric_lines l
where l.pending or l.uncredited
union all
select l.sid, 'student_course_assignment' as table_name, l._row, 'no enrollment of that year at these schools' as what
from metric_lines l
where l.doubtful
union all
select e.sid, 'enrollment' as table_name, e._row, 'no grade level' as what
from metric_enrollments e
where e.entry_grade_level is null and not e.at_private
union all
select e.sid, 'enrollment' as table_name, e._row, 'no enrollment date' as what
from metric_enrollments e
where e.entry_grade_level = '09' and e.enrollment_date is null and not e.at_private
union all
select e.sid, 'enrollment' as table_name, e._row, 'no percent of day attended' as what
from metric_enrollments e
where e.school_year = :metric_school_year and e.entry_grade_level = '09' and e.percent_day_attended is null
    and :days_attended_needed is not null and not e.at_private
union all
select c.sid, 'enrollment' as table_name, c._row, 'shares a day with an enrollment of another school or grade' as what
from metric_conflicts c
where c.entry_grade_level = '09' or c.other_grade = '09'
group by c.sid, c._row
