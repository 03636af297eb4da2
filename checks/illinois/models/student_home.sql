-- model: student_home
-- materialize: yes
-- stands: student sid
-- doc: Home and serving school, exit date and row of the last enrollment of each student (G4).
select sid, home_rcdts, serving_rcdts, exit_date, _row
from enrollments_split
where not again and exit_type_code is distinct from '99'
union all
(
    select sid, home_rcdts, serving_rcdts, exit_date, _row
    from enrollments_split
    where again and exit_type_code is distinct from '99'
    qualify row_number() over (
        partition by sid
        order by
            exit_date desc nulls first, enrollment_date desc, percent_day_attended desc nulls last,
            serving_rcdts, home_rcdts
    ) = 1
)
