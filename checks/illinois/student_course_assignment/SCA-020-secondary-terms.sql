-- id: IL-SCA-020
-- title: Secondary course with a term other than a semester or trimester
-- kind: row
-- source: Student Course Assignment | Secondary Courses can only use Terms S1, S2, S3, T1, T2,
-- table: student_course_assignment
-- columns: state_course_code, term_code
-- reads: student_course_assignment(state_course_code, term_code), state_course(state_course_code, course_group)
-- optional: state_course
-- message: The course is a secondary course, but its Term is not a semester or trimester.
-- expected: S1, S2, S3, T1, T2, T3 or T4
-- fix: Correct the Term of the course row, or its State Course Code if it is not a secondary course.
-- note: Secondary = group secondary in the state course catalogue; where the catalogue is not supplied or does not know
--   the code, subject area (first two digits) 01 to 22. A missing term is reported.
select
    _row,
    coalesce(term_code in ('S1', 'S2', 'S3', 'T1', 'T2', 'T3', 'T4'), false) as holds
from course_context
where is_secondary
