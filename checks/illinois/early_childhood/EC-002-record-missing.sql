-- id: IL-EC-002
-- title: Pre-K enrollment without an Early Childhood record
-- kind: completeness
-- source: Early Childhood | If student’s Entry/Grade Level code is ‘14’ Pre-K an Early Childhood
-- table: enrollment
-- columns: entry_grade_level
-- reads: enrollment(sid, home_rcdts, serving_rcdts, school_year, entry_grade_level, exit_type_code),
--   early_childhood(sid, home_rcdts, serving_rcdts, school_year)
-- message: The student is enrolled in Pre-K (grade level 14), but there is no Early Childhood record of the student for
--   these schools and this school year.
-- expected: an Early Childhood record with the same student, home school, serving school and school year
-- fix: Submit the Early Childhood data of the student for this enrollment (Demographics and Early Childhood file), or
--   correct the grade level.
-- note: Every enrollment needs its own record, because the funding is told per enrollment. Enrollments of the current
--   school year, exited ones too, erroneous ones not.
with prek as (
    select _row, sid, home_rcdts, serving_rcdts, school_year
    from enrollment_context
    where is_current and entry_grade_level = '14'
),
compared as (
    select
        p._row,
        case
            when c.home_rcdts = p.home_rcdts and c.serving_rcdts = p.serving_rcdts and c.school_year = p.school_year
                then 'the same'
            when c.sid is null or c.home_rcdts <> p.home_rcdts or c.serving_rcdts <> p.serving_rcdts
                or c.school_year <> p.school_year
                then 'another'
            else 'perhaps'
        end as record
    from prek p
    left join early_childhood c on c.sid = p.sid
)
select
    _row,
    case when bool_or(record = 'the same') then true when bool_and(record = 'another') then false end as holds
from compared
group by _row
