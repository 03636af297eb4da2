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
select
    evaluation._row,
    case
        when bool_or(other.enrollment_date < evaluation.enrollment_date) then false
        when bool_or((other.enrollment_date < evaluation.enrollment_date) is null and other._row is not null) then null
        else true
    end as holds
from enrollments evaluation
left join enrollments other on other.sid = evaluation.sid and other._row <> evaluation._row
where evaluation.entry_grade_level = '22'
group by evaluation._row
