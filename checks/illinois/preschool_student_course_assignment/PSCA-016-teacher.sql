-- id: IL-PSCA-016
-- title: Public preschool course without a teacher
-- kind: completeness
-- source: Preschool Student Course Assignment | For Public School Preschool Course Assignments, the Teacher Course
--   Assignment Entry
-- effective: 2018-11-19 (limited to public school preschool)
-- years: 2019-
-- table: preschool_course_assignment
-- columns: serving_rcdts, state_course_code
-- reads: preschool_course_assignment(sid, home_rcdts, serving_rcdts, school_year, state_course_code, submitted_date),
--   teacher_course_assignment(teaching_location_rcdts, school_year, state_course_code, submitted_date),
--   entity(rcdts, entity_type), enrollment(sid, home_rcdts, serving_rcdts, school_year)
-- optional: submitted_date, enrollment
-- message: The serving school is one of a public school district, but no teacher of this preschool course had been sent
--   for it when the student's course was.
-- expected: a Teacher Course Assignment of the serving school, sent first
-- fix: Send the Teacher Course Assignment Entry for this school, school year and State Course Code (and the same section
--   and local course) before the student's course; or correct the Serving RCDTS or the code of the course.
-- note: Section and local course are compared where both rows fill them, days where both are known. Where the reference
--   table does not know the school, it can't be told. Rows without a matching enrollment are reported by the rules on
--   matching alone. Preschool courses that came in the course file are judged too.
select _row, case when serving_entity_type is not null then teacher_found end as holds
from preschool_teachers
where (matched or :lacks_enrollment is not null) and coalesce(serving_entity_type = 'public_district', true)
