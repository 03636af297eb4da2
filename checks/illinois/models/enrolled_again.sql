-- model: enrolled_again
-- doc: Students with more than one enrollment row, whatever it says: few of all (see ``enrollments_split``).
-- materialize: yes
select sid
from enrollment
where sid is not null
group by sid
having count(*) > 1
