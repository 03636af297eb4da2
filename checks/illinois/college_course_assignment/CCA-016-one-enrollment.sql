-- id: IL-CCA-016
-- title: College course over two enrollments
-- kind: cross
-- source: College Course Assignment | Student does not need to be actively enrolled but must have
-- table: college_course
-- columns: course_start_date, course_end_date
-- reads: college_course(sid, home_rcdts, serving_rcdts, school_year, course_start_date, course_end_date),
--   enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date)
-- message: The student left these schools and came back; the college course begins in one enrollment and ends in
--   another, and no single enrollment contains it.
-- expected: dates inside one enrollment of the student at these schools
-- fix: Correct the Course Start or End Date; if the student took the course in both enrollments, send one course row
--   for each.
-- note: Judged where the start and the end each lie inside some enrollment; if one of them does not, IL-CCA-011 or
--   IL-CCA-012 says so. The enrollment need not be open, and an open one sets no bound to the end.
select _row, inside as holds
from college_context
where starts_inside and ends_inside
