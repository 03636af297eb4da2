-- id: IL-CCA-014
-- title: College course that is not a secondary course
-- kind: row
-- source: College Course Assignment | State Course Code must be a Secondary course
-- table: college_course
-- columns: state_course_code
-- reads: college_course(state_course_code), state_course(state_course_code, course_group)
-- optional: state_course
-- message: The State Course Code of the college course does not begin with a subject area from 01 to 22, or the state
--   course catalogue lists it in another group than secondary.
-- expected: a code of a secondary course (01 to 22)
-- fix: Use the State Course Code of the high school course for which the student earns credit.
-- note: The first two digits decide, and the group of the state course catalogue where it is supplied and knows the
--   code. A missing code is reported.
select _row, is_secondary_area and coalesce(course_group = 'secondary', true) as holds
from college_context
