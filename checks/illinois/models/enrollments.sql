-- model: enrollments
-- doc: Enrollments that count (G3): without the erroneous ones, and of a doubled key only the last row (G22).
select *
from enrollment
where _last and exit_type_code is distinct from '99'
