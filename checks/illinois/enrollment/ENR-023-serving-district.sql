-- id: IL-ENR-023
-- title: Serving school is a district or office, not a school
-- source: Enrollment | Serving RCDTS Cannot end in “0000” if it is an ROE,
-- table: enrollment
-- columns: serving_rcdts
-- reads: enrollment(serving_rcdts), entity(rcdts, entity_type)
-- message: The Serving RCDTS ends in 0000 and belongs to a Regional Office of Education, a public school district or
--   another state funded school.
-- expected: the code of a school
-- fix: Enter the RCDTS of the school that teaches the student. It can't be changed: mark the enrollment as erroneous
--   (exit code 99) and enroll the student again.
-- note: An entity that the reference table does not know is undetermined.
select _row, serving_entity_type not in ('roe', 'public_district', 'other_state_funded') as holds
from enrollment_context
where serving_rcdts like '%0000'
