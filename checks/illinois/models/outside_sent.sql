-- model: outside_sent
-- doc: Outside course rows (outside_context) compared with the previous snapshot by primary key. ``is_new``: not there;
--   ``.._changed``: there with another value.
select
    c.*,
    p._row is null as is_new,
    c.course_start_date is distinct from p.course_start_date as start_changed,
    c.course_end_date is distinct from p.course_end_date as end_changed,
    c.final_letter_grade_code is distinct from p.final_letter_grade_code as grade_changed,
    c.course_credit is distinct from p.course_credit as credit_changed
from outside_context c
left join prev.outside_course p
    on p.sid = c.sid and p.home_rcdts = c.home_rcdts and p.serving_rcdts = c.serving_rcdts
    and p.school_year = c.school_year and p.state_course_code = c.state_course_code
    and p.local_course_id = c.local_course_id and p.section_number = c.section_number
    and p.term_code = c.term_code and p._last
