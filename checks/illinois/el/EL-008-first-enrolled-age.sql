-- id: IL-EL-008
-- title: Date First Enrolled in District before the third birthday
-- kind: cross
-- source: EL (English Learners) | Date First Enrolled in District/LEA and
-- table: el
-- columns: district_first_enrolled_date, birth_date
-- reads: el(sid, district_first_enrolled_date), student(sid, birth_date)
-- message: The student was not yet three years old on the Date First Enrolled in District.
-- expected: a date on or after the third birthday
-- fix: Enter the day on which the student first came to a school of the district from Pre-K on, or correct the birth
--   date on the student.
-- note: The third birthday itself is allowed. Enrollment in Birth to 3 does not count as first enrollment here.
select _row, birth_date, birth_date + interval 3 year <= district_first_enrolled_date as holds
from el_context
where district_first_enrolled_date is not null
