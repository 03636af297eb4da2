-- model: enrollment_year
-- doc: Enrollments summed up by student, home school, serving school and school year, the key by which other records
--   match an enrollment (G5). ``valid``: number of those that are not erroneous; all that follows is of these only.
--   ``last_graded_exit``: last exit from grade 03 to 12.
-- materialize: yes
select
    sid,
    home_rcdts,
    serving_rcdts,
    school_year,
    count(*) filter (where exit_type_code is distinct from '99') as valid,
    min(enrollment_date) filter (where exit_type_code is distinct from '99') as first_entry,
    count(*) filter (where exit_type_code is distinct from '99' and enrollment_date is null) as entries_unknown,
    max(exit_date) filter (where exit_type_code is distinct from '99') as last_exit,
    count(*) filter (where exit_type_code is distinct from '99' and exit_date is null) as open_count,
    max(exit_date) filter (
        where exit_type_code is distinct from '99'
            and entry_grade_level in ('03', '04', '05', '06', '07', '08', '09', '10', '11', '12')
    ) as last_graded_exit
from enrollment
where _last
group by sid, home_rcdts, serving_rcdts, school_year
