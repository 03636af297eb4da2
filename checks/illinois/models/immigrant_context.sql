-- model: immigrant_context
-- doc: Student rows with their active enrollments and their latest row of the Immigrant collection: the one of the
--   greatest school_year. ``immigrant_known`` tells whether there is one.
with latest as (
    select sid, eligible_immigrant_indicator
    from immigrant
    where _last
    qualify row_number() over (partition by sid order by school_year desc nulls last, _row desc) = 1
)
select c.*, l.sid is not null as immigrant_known, l.eligible_immigrant_indicator
from student_context c
left join latest l on l.sid = c.sid
