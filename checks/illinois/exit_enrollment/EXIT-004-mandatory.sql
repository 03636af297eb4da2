-- id: IL-EXIT-004
-- title: Exit without date or type
-- kind: row
-- source: Exit Enrollment | All the mandatory Exit Enrollment data is present.
-- table: exit_enrollment
-- columns: exit_date, exit_type_code
-- reads: exit_enrollment(exit_date, exit_type_code)
-- message: An exit needs both the Exit Date and the Exit Type; one of them is empty.
-- expected: Exit Date and Exit Type filled
-- fix: Fill Exit Date and Exit Type of this row, or leave both empty if the student has not left.
-- note: The state does not list the mandatory fields; date and type are taken as such. Exits that enrollment rows carry
--   themselves are judged on the enrollment row.
select
    x._row,
    concat_ws(
        ';',
        case when x.exit_date is null then 'exit_date' end,
        case when x.exit_type_code is null then 'exit_type_code' end
    ) as failing,
    x.exit_date is not null and x.exit_type_code is not null as holds
from exit_enrollment x
where x.exit_type_code is distinct from '99'
    and not exists (select 1 from enrollment e where e._row = x._row)

-- table: enrollment
-- reads: enrollment(exit_date, exit_type_code)
select
    x._row,
    concat_ws(
        ';',
        case when x.exit_date is null then 'exit_date' end,
        case when x.exit_type_code is null then 'exit_type_code' end
    ) as failing,
    x.exit_date is not null and x.exit_type_code is not null as holds
from exit_enrollment x
where x.exit_type_code is distinct from '99'
    and exists (select 1 from enrollment e where e._row = x._row)
