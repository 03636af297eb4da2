-- id: IL-TCAE-006
-- title: Teacher exit with only some of the exit fields
-- kind: row
-- source: Teacher Course Assignment Entry | If any (but not all) exit field data is also entered,
-- table: teacher_course_assignment
-- columns: :teacher_exit_fields
-- reads: teacher_course_assignment(:teacher_exit_fields)
-- optional: any
-- message: Of the fields that we take as those of an exit some are filled and some are empty.
-- expected: all filled or all empty
-- fix: Fill the named exit fields, or empty the others if the teacher still teaches the course.
-- note: The state does not list the exit fields.
select
    _row,
    :teacher_exit_fields_empty as failing,
    not :teacher_exit_fields_some or :teacher_exit_fields_empty = '' as holds
from teacher_course_assignment
where exit_reason_code is distinct from '07'
