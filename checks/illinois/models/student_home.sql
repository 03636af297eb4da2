-- model: student_home
-- materialize: yes
-- doc: Home and serving school of each student by the last enrollment (G4).
select sid, home_rcdts, serving_rcdts
from enrollments
where sid is not null
qualify row_number() over (
    partition by sid
    order by
        exit_date desc nulls first, enrollment_date desc, percent_day_attended desc nulls last,
        serving_rcdts, home_rcdts
) = 1
