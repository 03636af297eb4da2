-- model: active_enrollments
-- doc: Active enrollments (G2): not erroneous, no exit date.
select *
from enrollments
where exit_date is null
