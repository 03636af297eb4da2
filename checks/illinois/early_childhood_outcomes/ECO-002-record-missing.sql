-- id: IL-ECO-002
-- title: Pre-K student with IDEA Services without an outcomes record
-- kind: completeness
-- source: Early Childhood Outcomes | An Early Childhood Outcomes record is created when a student is
-- table: student
-- key: sid, school_year
-- grain: key
-- columns: idea_services_indicator
-- reads: student(sid, idea_services_indicator), enrollment(sid, entry_grade_level, exit_date),
--   early_childhood_outcomes(sid, school_year)
-- message: The student is enrolled in Pre-K (grade 14) with IDEA Services, but has no Early Childhood Outcomes record
--   of this or an earlier school year.
-- expected: an Early Childhood Outcomes record
-- fix: Submit the Early Childhood Outcomes record with the entry rating; or correct IDEA Services or the grade level.
-- note: A record of an earlier year will do, because the entry rating carries on until the exit; one of a later
--   year will not.
with recorded as (
    select sid, bool_or(school_year <= :current_school_year) as in_time
    from early_childhood_outcomes
    where school_year <= :current_school_year or school_year is null
    group by sid
)
select
    min(s._row) as _row,
    :current_school_year as school_year,
    case when count(r.sid) = 0 then false else bool_or(r.in_time) end as holds
from student_context s
left join recorded r on r.sid = s.sid
where s.in_prek and s.idea_services_indicator = '01'
group by s.sid
