-- table: preschool_course_assignment
-- doc: The preschool course file, and the student course rows with one of the preschool course codes.
-- from: student_course_assignment
-- requires: state_course_code
-- alone: yes
select
    _file, _line, sid, home_rcdts, serving_rcdts, school_year, state_course_code, local_course_id, section_number,
    term_code, course_start_date, course_end_date, final_letter_grade_code, service_provider_rcdts, submitter_rcdt,
    submitted_date
from raw_preschool_course_assignment
union all
select
    _file, _line, sid, home_rcdts, serving_rcdts, school_year, state_course_code, local_course_id, section_number,
    term_code, course_start_date, course_end_date, final_letter_grade_code, service_provider_rcdts, submitter_rcdt,
    submitted_date
from raw_student_course_assignment
where state_course_code in (
    '73028AEXP', '73028AHSE', '73028APFA', '73028APLD', '73028ASPE', '73028ATBP', '73028ATIT'
)
