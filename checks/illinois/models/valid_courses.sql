-- model: valid_courses
-- doc: Student course rows that are not marked erroneous (G19), with what rules on a course and its enrollment read
--   (course_context). What a further rule reads of a course is added here.
select
    _row,
    sid,
    home_rcdts,
    serving_rcdts,
    school_year,
    state_course_code,
    term_code,
    course_start_date,
    course_end_date,
    final_letter_grade_code,
    dual_credit,
    ipeds_number
from student_course_assignment
where final_letter_grade_code is distinct from '99'
