-- id: IL-ENR-018
-- title: Student with IDEA services without a public school district as home
-- source: Enrollment | If a Student is IDEA Services = ‘Yes’, Home RCDTS must
-- table: enrollment
-- columns: home_rcdts
-- reads: enrollment(home_rcdts, exit_date), student(idea_services_indicator), entity(rcdts, entity_type)
-- message: A student with IDEA Services has a home school that is not of a public school district.
-- expected: a school of a public school district
-- fix: Enter the school of the district that is responsible for the student as home (mark this enrollment as erroneous,
--   exit code 99, and enroll again); or correct IDEA Services on the student.
-- note: Active enrollments of the current school year. Public charter schools belong to public districts. A home school
--   that the reference table does not know is undetermined.
select _row, home_entity_type = 'public_district' as holds
from enrollment_context
where active and is_current and idea_services_indicator = '01'
