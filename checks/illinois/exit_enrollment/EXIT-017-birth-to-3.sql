-- id: IL-EXIT-017
-- title: Birth to 3 student exited with Birth to 3 data missing
-- kind: completeness
-- source: Exit Enrollment | If the student is Entry/Grade Level ‘00” the student’s Birth to
-- table: exit_enrollment
-- columns: program_start_date, :birth_to_3_mandatory
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code),
--   enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level), birth_to_3(sid,
--   home_rcdts, school_year, program_start_date, :birth_to_3_mandatory)
-- optional: program_start_date
-- message: The exited student is in grade 00, but the Birth to 3 record of the school year is missing or lacks a
--   field that we take as mandatory.
-- expected: a Birth to 3 record of the school year with all mandatory fields
-- fix: Submit the Birth to 3 record of this school year with the named fields, then exit the student.
-- note: The state does not list the mandatory fields. The record has the same home school and year. Exits of the
--   current school year, not erroneous ones.
select
    _row,
    concat_ws(
        ';',
        case when program_start_date is null and :lacks_program_start_date is null then 'program_start_date' end,
        nullif(birth_to_3_empty, '')
    ) as failing,
    (program_start_date is not null or :lacks_program_start_date is not null) and birth_to_3_empty = '' as holds
from exit_completeness
where entry_grade_level = '00'
