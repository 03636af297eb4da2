-- model: enrollment_year
-- doc: Enrollments summed up by student, home school, serving school and school year, the key by which other records
--   match an enrollment (G5). ``valid``: number of those that are not erroneous; dates and flags are of these only.
select
    sid,
    home_rcdts,
    serving_rcdts,
    school_year,
    count(*) filter (where exit_type_code is distinct from '99') as valid,
    min(enrollment_date) filter (where exit_type_code is distinct from '99') as first_entry,
    count(*) filter (where exit_type_code is distinct from '99' and enrollment_date is null) as entries_unknown,
    max(exit_date) filter (where exit_type_code is distinct from '99') as last_exit,
    count(*) filter (where exit_type_code is distinct from '99' and exit_date is null) as open_count
from enrollment
where _last
group by sid, home_rcdts, serving_rcdts, school_year
