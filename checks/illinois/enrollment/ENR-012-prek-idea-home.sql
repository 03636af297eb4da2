-- id: IL-ENR-012
-- title: Pre-K student with IDEA services without a public school district as home
-- source: Enrollment | If student’s Entry/Grade Level is 14 Pre-K and IDEA Services is
-- table: enrollment
-- columns: home_rcdts
-- reads: enrollment(entry_grade_level, home_rcdts, exit_date), student(idea_services_indicator),
--   entity(rcdts, entity_type)
-- message: A Pre-K student (grade level 14) with IDEA Services has a home school that is not of a public school
--   district.
-- expected: a school of a public school district
-- fix: Enter the school of the district that is responsible for the student as home (mark this enrollment as erroneous,
--   exit code 99, and enroll again); or correct IDEA Services on the student.
-- note: Active enrollments of the current school year. IL-ENR-018 says the same of all grades; both are reported. A
--   home school that the reference table does not know is undetermined.
select _row, home_entity_type = 'public_district' as holds
from enrollment_context
where active and is_current and entry_grade_level = '14' and idea_services_indicator = '01'
