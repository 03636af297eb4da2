-- id: IL-EXIT-011
-- title: Homeless student exited with homeless data missing
-- kind: completeness
-- source: Exit Enrollment | If the student is Homeless Indicator is ‘Yes’, the student’s Homeless
-- table: exit_enrollment
-- columns: nighttime_residence_code, unaccompanied_youth_indicator
-- reads: exit_enrollment(sid, school_year, exit_date, exit_type_code), enrollment(sid), student(sid,
--   homeless_indicator), homeless(sid, school_year, nighttime_residence_code, unaccompanied_youth_indicator)
-- message: The exited student is marked homeless, but the Homeless record of the school year is missing or lacks a
--   mandatory field.
-- expected: a Homeless record of the school year with both fields
-- fix: Submit the Homeless record of this school year with Primary Nighttime Residence and Unaccompanied Youth, or set
--   the Homeless indicator to 02; then exit the student.
-- note: The state does not list the mandatory fields; these two are taken as such. A record marked erroneous does not
--   count; of several records of the year one that is complete is enough. Exits of the current school year, not
--   erroneous ones.
select
    _row,
    nighttime_residence_code,
    unaccompanied_youth_indicator,
    concat_ws(
        ';',
        case when nighttime_residence_code is null then 'nighttime_residence_code' end,
        case when unaccompanied_youth_indicator is null then 'unaccompanied_youth_indicator' end
    ) as failing,
    nighttime_residence_code is not null and unaccompanied_youth_indicator is not null as holds
from exit_completeness
where homeless_indicator = '01'
