-- model: enrollment_year
-- doc: Enrollments summed up by student, home school, serving school and school year, the key by which other records
--   match an enrollment (G5). ``valid``: number of those that are not erroneous; all that follows is of these only.
--   ``last_graded_exit``: last exit from grade 03 to 12. ``first_school_entry``: first entry into another grade than
--   Birth to 3. ``only_prek``: all are Pre-K. ``top_pda``: the largest Percent of Day Attended; ``whole_days``: how
--   many of them are 1.00.
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
    ) as last_graded_exit,
    min(enrollment_date) filter (
        where exit_type_code is distinct from '99' and entry_grade_level is distinct from '00'
    ) as first_school_entry,
    count(*) filter (where exit_type_code is distinct from '99') > 0
        and bool_and(entry_grade_level is not distinct from '14' or exit_type_code is not distinct from '99')
        as only_prek,
    max(percent_day_attended) filter (where exit_type_code is distinct from '99') as top_pda,
    count(*) filter (where exit_type_code is distinct from '99' and percent_day_attended = 1) as whole_days,
    count(*) filter (where exit_type_code is distinct from '99' and percent_day_attended is null) as pdas_unknown
from enrollment
where _last
group by sid, home_rcdts, serving_rcdts, school_year
