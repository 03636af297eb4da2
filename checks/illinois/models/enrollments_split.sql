-- model: enrollments_split
-- doc: Enrollment rows of known students, of a doubled key only the last (G22). ``again``: the student has others, so
--   that they are to be summed up; of all others one row says everything.
select *, true as again
from enrollments_again
union all
select
    _row, sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code, entry_grade_level,
    percent_day_attended, dual_language_code, military_connected_indicator, false
from enrollment
where _last and sid is not null and sid not in (select sid from enrolled_again)
