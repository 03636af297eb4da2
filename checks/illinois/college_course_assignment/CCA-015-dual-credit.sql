-- id: IL-CCA-015
-- title: College course that is not dual credit
-- kind: cross
-- source: College Course Assignment | Course must be identified as Dual Credit = Yes
-- table: college_course
-- columns: dual_credit
-- reads: college_course(sid, school_year, state_course_code, dual_credit), student_course_assignment(sid, school_year,
--   state_course_code, dual_credit)
-- optional: college_course.dual_credit, student_course_assignment, student_course_assignment.dual_credit
-- message: Dual Credit of the college course is not 01 (Yes).
-- expected: 01
-- fix: Set Dual Credit to 01 in the college course and in the student's course row; or mark the college course with
--   Final Letter Grade 99 if no college credit is earned.
-- note: An empty Dual Credit is not Yes. Where the file has no such column, Dual Credit of a course row of the same
--   student, school year and State Course Code counts.
select
    _row,
    case
        when :lacks_college_course_dual_credit is null then coalesce(dual_credit = '01', false)
        when coalesce(:lacks_student_course_assignment, :lacks_student_course_assignment_dual_credit) is null
            then dual_in_course_file
    end as holds
from college_context
