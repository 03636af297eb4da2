-- id: IL-TCAE-008
-- title: Teacher assigned to the same course section twice
-- kind: group
-- source: Teacher Course Assignment Entry | Cannot add a new enrollment for the same teaching location as
-- table: teacher_course_assignment
-- key: iein, teaching_location_rcdts, school_year, state_course_code, local_course_id, section_number, term_code
-- grain: key
-- columns: course_start_date, course_end_date
-- reads: teacher_course_assignment(iein, teaching_location_rcdts, school_year, state_course_code, local_course_id,
--   section_number, term_code, course_end_date)
-- message: The teacher has {open_rows} rows without an end date for this course, section and term at this location.
-- expected: one row without Course End Date
-- fix: Give the earlier row a Course End Date and Exit Reason, or remove the row that was sent by mistake (Exit Reason
--   07).
-- note: A teacher may teach several courses and sections at one location; only rows equal in all of these are taken for
--   the same assignment. An empty part of the key counts as equal to another empty one.
select min(_row) as _row, count(*) as open_rows, count(*) = 1 as holds
from teacher_course_assignment
where course_end_date is null and exit_reason_code is distinct from '07'
group by iein, teaching_location_rcdts, school_year, state_course_code, local_course_id, section_number, term_code
