-- id: SA-ENR-002
-- title: School year counted more than once
-- severity: warning
-- kind: group
-- source: Plausibility | Enrollments of one school year are one student together
-- table: enrollment
-- key: sid, school_year
-- grain: key
-- columns: percent_day_attended, serving_rcdts, enrollment_date, exit_date
-- reads: enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, percent_day_attended)
-- message: On the same days of this school year the student is enrolled at several serving schools, and the Percent of
--   Day Attended adds up to more than 1.00.
-- expected: a sum of at most 1.00 on every day
-- fix: Correct the Exit Date of the enrollment that ended first, or the Percent of Day Attended of one of them; mark an
--   enrollment that never was as erroneous (exit code 99).
-- note: The state adds up active enrollments only (IL-ENR-009); here one of the enrollments has ended. Enrollments that
--   share a single day, as on a change of school, do not count. Left to the rules of the state: enrollments at the same
--   serving school (IL-ENR-007, 008, 020), and at two home schools unless the later one ended before the previous school
--   year (IL-ENR-005, 006).
select
    _row,
    pda_total as percent_day_attended,
    case when pda_total > 1 then false when not pda_unknown then true end as holds
from student_years
