-- id: IL-EXIT-032
-- title: Student with IDEA Services exited without an active address
-- kind: completeness
-- source: Exit Enrollment | Before an IDEA Services student can be exited, an active Student
-- effective: 2014-07-23
-- table: exit_enrollment
-- columns: address_status
-- reads: exit_enrollment(sid, school_year, exit_date, exit_type_code), student(sid, idea_services_indicator),
--   address(sid, address_status)
-- message: The exited student has IDEA Services, but no active Student Address record.
-- expected: an address with status active
-- fix: Submit the student's address with status active, then exit the student.
-- note: Exits of the current school year, not erroneous ones.
select
    _row,
    address_status,
    coalesce(address_status = 'active', false) as holds
from exit_completeness
where idea_services_indicator = '01'
