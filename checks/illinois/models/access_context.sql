-- model: access_context
-- doc: Students with an ACCESS score of an earlier school year, with that score and their active enrollments.
--   ``access_level``: overall level of the latest earlier year that has one, the highest if there are several (so the
--   rows of a doubled key count here too).
with earlier as (
    select sid, overall_proficiency_level, rank() over (partition by sid order by school_year desc) as place
    from access_score
    where school_year < :current_school_year and overall_proficiency_level is not null
),
latest as (
    select sid, max(overall_proficiency_level) as access_level
    from earlier
    where place = 1
    group by sid
)
select c.*, l.access_level
from latest l
join student_context c on c.sid = l.sid
