-- id: IL-EXIT-005
-- title: English Learner exited with EL data missing
-- kind: completeness
-- source: Exit Enrollment | If the exiting student is EL Indicator ‘Yes’, the student’s EL
-- table: exit_enrollment
-- columns: district_first_enrolled_date, el_services_start_date, el_entry_status_code, class_periods_per_week_code,
--   el_services_provided_code
-- reads: exit_enrollment(sid, school_year, exit_date, exit_type_code), enrollment(sid), student(sid, el_indicator),
--   el(sid, school_year, district_first_enrolled_date, el_services_start_date, el_entry_status_code,
--   class_periods_per_week_code, el_services_provided_code)
-- message: The exited student is an English Learner, but the EL record of the school year is missing or lacks a
--   mandatory field.
-- expected: an EL record of the school year with all mandatory fields
-- fix: Submit the EL record of this school year with the named fields, or set the EL indicator to 02 if the student is
--   not an English Learner; then exit the student.
-- note: The state does not list the mandatory EL fields; these five are taken as such. Of several EL records of the
--   year one that is complete is enough. Exits of the current school year, not erroneous ones.
select
    _row,
    district_first_enrolled_date,
    el_services_start_date,
    el_entry_status_code,
    class_periods_per_week_code,
    el_services_provided_code,
    concat_ws(
        ';',
        case when district_first_enrolled_date is null then 'district_first_enrolled_date' end,
        case when el_services_start_date is null then 'el_services_start_date' end,
        case when el_entry_status_code is null then 'el_entry_status_code' end,
        case when class_periods_per_week_code is null then 'class_periods_per_week_code' end,
        case when el_services_provided_code is null then 'el_services_provided_code' end
    ) as failing,
    district_first_enrolled_date is not null and el_services_start_date is not null and el_entry_status_code is not null
        and class_periods_per_week_code is not null and el_services_provided_code is not null as holds
from exit_completeness
where el_indicator = '01'
