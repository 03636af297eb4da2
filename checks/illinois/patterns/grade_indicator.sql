-- id: {id}
-- title: {name} is not No for {students}
-- source: {source}
-- table: student
-- columns: {column}
-- reads: student({column}), enrollment(entry_grade_level, exit_date)
-- message: The student has an active enrollment with grade level {grade}, but {name} is not 02 (No).
-- expected: 02
-- fix: Set {name} of the student to 02, or correct the grade level of the enrollment.
-- note: Students with an active enrollment of grade level {grade}. An empty indicator is not No.
select _row, {column} is not distinct from '02' as holds
from student_context
where {flag}
