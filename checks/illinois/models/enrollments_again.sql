-- model: enrollments_again
-- doc: Enrollment rows of the students in ``enrolled_again``, with the columns by which models sum them up: found once
--   for all of these.
-- materialize: yes
select
    _row, sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code, entry_grade_level,
    percent_day_attended, dual_language_code, military_connected_indicator
from enrollment
where _last and sid in (select sid from enrolled_again)
