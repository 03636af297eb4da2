-- id: IL-EL-007
-- title: EL record changed after its services had ended
-- kind: snapshot
-- source: EL (English Learners) | The Date EL Services Ended must be blank, to update an
-- table: el
-- columns: home_rcdts, district_first_enrolled_date, el_entry_status_code, class_periods_per_week_code,
--   el_services_provided_code, tbe_indicator, tpi_indicator, title_iii_indicator, el_services_end_date,
--   el_services_end_reason_code
-- reads: el(sid, school_year, el_services_start_date, home_rcdts, district_first_enrolled_date, el_entry_status_code,
--   class_periods_per_week_code, el_services_provided_code, tbe_indicator, tpi_indicator, title_iii_indicator,
--   el_services_end_date, el_services_end_reason_code), prev.el(sid, school_year, el_services_start_date, home_rcdts,
--   district_first_enrolled_date, el_entry_status_code, class_periods_per_week_code, el_services_provided_code,
--   tbe_indicator, tpi_indicator, title_iii_indicator, el_services_end_date, el_services_end_reason_code)
-- optional: home_rcdts, district_first_enrolled_date, el_entry_status_code, tbe_indicator, tpi_indicator,
--   title_iii_indicator, el_services_end_reason_code
-- message: The previous snapshot holds this record with a Date EL Services Ended; it differs now.
-- expected: the record as it was in the previous snapshot
-- fix: Restore the former values. Services that the student receives again are a new EL record with its own start date.
-- note: The state itself empties end date and reason together when an ACCESS score comes; that is allowed. Columns that
--   one of the two snapshots does not have are not compared, nor are the sender and the day of sending.
with compared as (
    select
        c._row,
        :lacks_home_rcdts is null and c.home_rcdts is distinct from p.home_rcdts as home_changed,
        :lacks_district_first_enrolled_date is null
            and c.district_first_enrolled_date is distinct from p.district_first_enrolled_date as first_changed,
        :lacks_el_entry_status_code is null
            and c.el_entry_status_code is distinct from p.el_entry_status_code as status_changed,
        c.class_periods_per_week_code is distinct from p.class_periods_per_week_code as periods_changed,
        c.el_services_provided_code is distinct from p.el_services_provided_code as services_changed,
        :lacks_tbe_indicator is null and c.tbe_indicator is distinct from p.tbe_indicator as tbe_changed,
        :lacks_tpi_indicator is null and c.tpi_indicator is distinct from p.tpi_indicator as tpi_changed,
        :lacks_title_iii_indicator is null
            and c.title_iii_indicator is distinct from p.title_iii_indicator as title_iii_changed,
        c.el_services_end_date is distinct from p.el_services_end_date
            and (c.el_services_end_date is not null or c.el_services_end_reason_code is not null) as end_changed,
        :lacks_el_services_end_reason_code is null
            and c.el_services_end_reason_code is distinct from p.el_services_end_reason_code
            and (c.el_services_end_date is not null or c.el_services_end_reason_code is not null) as reason_changed
    from el c
    join prev.el p
        on p.sid = c.sid and p.school_year = c.school_year and p.el_services_start_date = c.el_services_start_date
    where p._last and p.el_services_end_date is not null and c.sid not like '~%'
)
select
    _row,
    concat_ws(
        ';',
        case when home_changed then 'home_rcdts' end,
        case when first_changed then 'district_first_enrolled_date' end,
        case when status_changed then 'el_entry_status_code' end,
        case when periods_changed then 'class_periods_per_week_code' end,
        case when services_changed then 'el_services_provided_code' end,
        case when tbe_changed then 'tbe_indicator' end,
        case when tpi_changed then 'tpi_indicator' end,
        case when title_iii_changed then 'title_iii_indicator' end,
        case when end_changed then 'el_services_end_date' end,
        case when reason_changed then 'el_services_end_reason_code' end
    ) as failing,
    not (
        home_changed or first_changed or status_changed or periods_changed or services_changed or tbe_changed
        or tpi_changed or title_iii_changed or end_changed or reason_changed
    ) as holds
from compared
