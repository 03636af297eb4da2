-- id: IL-EXIT-018
-- title: Birth to 3 student exited without a caregiver
-- kind: completeness
-- source: Exit Enrollment | If the student is Birth to 3, a Caregiver Demographic record
-- table: exit_enrollment
-- columns: entry_grade_level
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code),
--   enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level), caregiver(sid),
--   student(sid)
-- reach: all
-- optional: student
-- message: The exited student is in grade 00, but has no Caregiver Demographic record, or only ones whose caregiver SID
--   does not exist.
-- expected: at least one caregiver
-- fix: Submit a Caregiver Demographic record for the student, without caregiver SID or with one that exists; then exit
--   the student.
-- note: Without the students a caregiver's SID can't be looked up. Exits of the current school year of any type but 99;
--   death is not exempt.
select
    _row,
    entry_grade_level,
    case
        when has_usable_caregiver then true
        when has_caregiver and :lacks_student is not null then null
        else false
    end as holds
from exit_completeness
where entry_grade_level = '00'
