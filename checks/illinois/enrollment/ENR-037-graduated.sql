-- id: IL-ENR-037
-- title: Enrolled again after graduation
-- kind: group
-- source: Enrollment | Students cannot be enrolled into SIS if a previous enrollment exists
-- effective: 2014-07-23
-- table: enrollment
-- grain: key
-- columns: enrollment_date
-- reads: enrollment(sid, enrollment_date, exit_date, exit_type_code)
-- message: This enrollment begins on or after the day on which an earlier enrollment of the student ended with exit
--   type 06 (graduated).
-- expected: no enrollment after a graduation
-- fix: If the student did not graduate, correct the exit type of the earlier enrollment; else mark this enrollment as
--   erroneous (exit code 99).
-- note: Earlier means an earlier Enrollment Date. Where an earlier enrollment has exit type 06 but no exit date, it
--   can't be told.
select
    later._row,
    case
        when bool_or(later.enrollment_date >= graduated.exit_date) then false
        when count(graduated.exit_date) = count(*) then true
    end as holds
from several_enrollments graduated
join several_enrollments later on later.sid = graduated.sid and later.enrollment_date > graduated.enrollment_date
where graduated.exit_type_code = '06'
group by later._row
