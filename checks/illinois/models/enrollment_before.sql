-- model: enrollment_before
-- doc: Enrollments that are not erroneous, then and now, with what the previous snapshot says of the same key. Working
--   ids (G22) say nothing from one night to the next.
select
    e.*,
    p.entry_grade_level as previous_grade_level,
    p.entry_type_code as previous_entry_type,
    p.percent_day_attended as previous_pda,
    p.dual_language_code as previous_dual_language
from enrollment e
join prev.enrollment p
    on p.sid = e.sid and p.home_rcdts = e.home_rcdts and p.serving_rcdts = e.serving_rcdts
    and p.school_year = e.school_year and p.enrollment_date = e.enrollment_date and p._last
where e.exit_type_code is distinct from '99' and p.exit_type_code is distinct from '99' and e.sid not like '~%'
