-- id: IL-SCA-018
-- title: Course of an exited student lacks end date or final letter grade
-- kind: cross
-- source: Student Course Assignment | Grade 3-12 students must submit Course End Date and Final Letter
-- effective: 2018-06-29 (marked "New"; change history 06/29/2018)
-- years: 2019-
-- table: student_course_assignment
-- columns: course_end_date, final_letter_grade_code
-- reads: student_course_assignment(sid, home_rcdts, serving_rcdts, school_year, course_end_date,
--   final_letter_grade_code), enrollment(sid, home_rcdts, serving_rcdts, school_year, entry_grade_level, exit_date,
--   exit_type_code)
-- message: The student (grade 03 to 12) has left this school, but the course has no Course End Date or no Final Letter
--   Grade.
-- expected: Course End Date and Final Letter Grade filled
-- fix: Fill Course End Date and Final Letter Grade in the Student Course Assignment file before the student is exited.
-- note: Judged once no enrollment at the same schools in the year is open any more. Exits before 2018-07-01 and
--   erroneous enrollments are left out.
select
    _row,
    concat_ws(
        ';',
        case when course_end_date is null then 'course_end_date' end,
        case when final_letter_grade_code is null then 'final_letter_grade_code' end
    ) as failing,
    course_end_date is not null and final_letter_grade_code is not null as holds
from course_context
where school_year >= 2019 and last_graded_exit >= date '2018-07-01' and open_count = 0
