-- id: SA-GRADE-002
-- title: Grade does not follow from the school year before
-- severity: warning
-- kind: group
-- source: Plausibility | A student goes up one grade a year unless retained
-- table: enrollment
-- columns: entry_grade_level, previous_grade_level
-- reads: enrollment(sid, school_year, enrollment_date, exit_date, exit_type_code, entry_grade_level)
-- message: The grade is lower than in the school year before, or higher than the years between allow, or the same
--   although the student was promoted; no enrollment of the year before ended with exit code 12 (Retained).
-- expected: the next grade, or exit code 12 in the school year before
-- fix: Compare the grades of both school years with the student's record. Correct the exit code of the year before, or
--   exit the student and enroll again with the right grade.
-- executable: may over-report: a student may skip a grade, and high schools may place a student by credits
-- note: The first enrollment of the current and of the previous school year is compared with the last one of the latest
--   school year before it, both in grades K to 12. The same grade again is reported only if that enrollment ended with
--   exit code 05 (Promoted): who left or dropped out may repeat the grade. Exit code 12 excuses the same or a lower
--   grade, not a jump.
select
    _row,
    previous_grade_level,
    case
        when step > years_apart then false
        when retained or step > 0 then true
        when step < 0 then false
        when years_apart > 1 then true
        else previous_exit <> '05'
    end as holds
from grade_steps
where school_year >= :current_school_year - 1
