-- id: IL-HOME-002
-- title: Homeless student without a Homeless record
-- kind: completeness
-- source: Homeless | The student’s Homeless Indicator is indicated as “Yes” a Homeless record
-- table: student
-- columns: homeless_indicator
-- reads: student(sid, homeless_indicator), enrollment(sid, school_year, exit_type_code), homeless(sid, school_year)
-- message: The student is marked homeless and enrolled this school year, but has no Homeless record of this year.
-- expected: a Homeless record of this school year
-- fix: Submit the Homeless record of this school year, or set the Homeless indicator to 02 in the demographics file.
-- note: One record of the year is enough, at any school; one that is marked erroneous does not count. A record of a
--   student who is not marked homeless is not reported.
with recorded as (
    select sid, bool_or(school_year = :current_school_year) as this_year
    from homeless
    where erroneous_indicator is distinct from '01'
        and (school_year = :current_school_year or school_year is null)
    group by sid
)
select
    s._row,
    case when r.sid is null then false else r.this_year end as holds
from student s
left join recorded r on r.sid = s.sid
where s.homeless_indicator = '01'
    and exists (select 1 from enrollments e where e.sid = s.sid and e.school_year = :current_school_year)
