-- id: IL-EXIT-004
-- title: Exit without date or type
-- kind: row
-- source: Exit Enrollment | All the mandatory Exit Enrollment data is present.
-- table: exit_enrollment
-- columns: :exit_mandatory
-- reads: exit_enrollment(exit_type_code, :exit_mandatory)
-- message: A field that we take as mandatory for an exit is empty.
-- expected: Exit Date and Exit Type filled
-- fix: Fill the named fields of this row, or leave Exit Date and Exit Type empty if the student has not left.
-- note: The state does not list the mandatory fields. Exits that enrollment rows carry themselves are judged on the
--   enrollment row.
select
    x._row,
    :exit_mandatory_empty as failing,
    :exit_mandatory_missing = 0 as holds
from exit_enrollment x
where x.exit_type_code is distinct from '99'
    and not exists (select 1 from enrollment e where e._row = x._row)

-- table: enrollment
-- columns: exit_date, exit_type_code
-- reads: enrollment(exit_date, exit_type_code)
select
    x._row,
    :exit_mandatory_empty as failing,
    :exit_mandatory_missing = 0 as holds
from exit_enrollment x
where x.exit_type_code is distinct from '99'
    and exists (select 1 from enrollment e where e._row = x._row)
