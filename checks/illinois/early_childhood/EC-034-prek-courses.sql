-- id: IL-EC-034
-- title: Pre-K student with a course that is not a preschool course
-- kind: cross
-- source: Early Childhood | Pre-K students can ONLY use the following course codes : "73028AEXP",
-- table: student_course_assignment
-- columns: state_course_code
-- reads: student_course_assignment(sid, home_rcdts, serving_rcdts, school_year, state_course_code), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, entry_grade_level)
-- message: The student is in Pre-K (grade level 14), but the State Course Code is not one of the preschool courses.
-- expected: 73028AEXP, 73028AHSE, 73028APFA, 73028APLD, 73028ASPE, 73028ATBP or 73028ATIT
-- fix: Enter the preschool course of the child's funding, remove the course (Final Letter Grade 99), or correct the
--   grade level of the enrollment.
-- note: Judged where every enrollment of the student at these schools in the year is Pre-K. Students of other grades
--   are not kept from the preschool courses by this rule.
select
    _row,
    state_course_code in (
        '73028AEXP', '73028AHSE', '73028APFA', '73028APLD', '73028ASPE', '73028ATBP', '73028ATIT'
    ) as holds
from course_context
where only_prek

-- table: preschool_course_assignment
-- reads: preschool_course_assignment(sid, home_rcdts, serving_rcdts, school_year, state_course_code), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, entry_grade_level)
select
    p._row,
    p.state_course_code in (
        '73028AEXP', '73028AHSE', '73028APFA', '73028APLD', '73028ASPE', '73028ATBP', '73028ATIT'
    ) as holds
from preschool_course_assignment p
join enrollment_year y
    on y.match_key = hash(p.sid, p.home_rcdts, p.serving_rcdts, p.school_year)
where y.only_prek and p.final_letter_grade_code is distinct from '99'
