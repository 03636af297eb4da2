-- id: IL-SCA-004
-- title: Course row of a school year in which the student is not enrolled there
-- kind: cross
-- source: Student Course Assignment | Enrollment record School Year matches Student Course Assignment record’s School
--   Year
-- table: student_course_assignment
-- columns: school_year
-- reads: student_course_assignment(sid, home_rcdts, serving_rcdts, school_year), enrollment(sid, home_rcdts,
--   serving_rcdts, school_year)
-- message: The student has an enrollment at this home and serving school, but not in the school year of the course row.
-- expected: the school year of one of the student's enrollments at these schools
-- fix: Correct the School Year of the course row (the year in which the school year ends), or submit the enrollment
--   that is missing for that year.
-- note: Third step of four: judged where an enrollment with the same home and serving school exists.
select
    _row,
    case when steps >= 3 then true when possible_steps < 3 then false end as holds
from course_context
where steps >= 2
