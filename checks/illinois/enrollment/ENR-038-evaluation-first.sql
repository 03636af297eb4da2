-- id: IL-ENR-038
-- title: Evaluation is not the first enrollment of the student
-- kind: group
-- source: Enrollment | Evaluation (22) - Entry/Grade Level code may only be selected for
-- effective: 2014-07-23
-- table: enrollment
-- grain: key
-- columns: entry_grade_level, enrollment_date
-- reads: enrollment(sid, entry_grade_level, enrollment_date, exit_type_code)
-- message: The student is enrolled for Evaluation (grade level 22), but was enrolled before.
-- expected: no earlier enrollment
-- fix: Enter the grade in which the student is enrolled (exit the student and enroll again); Evaluation is for students
--   who are new to the state.
-- note: A new SID shows in the data as a student without an earlier enrollment; erroneous ones do not count.
with compared as (
    select
        evaluation._row, other._row as other_row, other.enrollment_date < evaluation.enrollment_date as earlier
    from enrollments evaluation
    left join enrollments_again other
        on other.sid = evaluation.sid and other._row <> evaluation._row
        and other.exit_type_code is distinct from '99'
    where evaluation.entry_grade_level = '22'
)
select
    _row,
    case when bool_or(earlier) then false when count(earlier) = count(other_row) then true end as holds
from compared
group by _row
