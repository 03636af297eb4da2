-- model: outcomes_at_exit
-- doc: Exited Pre-K enrollments (grade 14) that are not erroneous, of students with an outcomes record: with the latest
--   one up to the school year of the enrollment.
select
    e._row,
    e.exit_date,
    o.entry_rating_date,
    o.entry_rating_social,
    o.entry_rating_knowledge,
    o.entry_rating_action,
    o.progress_rating_date,
    o.progress_rating_social,
    o.progress_rating_knowledge,
    o.progress_rating_action
from enrollment e
join early_childhood_outcomes o on o.sid = e.sid and o.school_year <= e.school_year and o._last
where e.entry_grade_level = '14' and e.exit_date is not null and e.exit_type_code is distinct from '99'
qualify row_number() over (partition by e._row order by o.school_year desc) = 1
