-- id: IL-EL-006
-- title: EL record new or changed without an active enrollment in the sender's district
-- kind: snapshot
-- source: EL (English Learners) | Student must be actively enrolled in the district before the user
-- table: el
-- columns: submitter_rcdt
-- reads: el(sid, school_year, el_services_start_date, home_rcdts, submitter_rcdt, district_first_enrolled_date,
--   el_entry_status_code, class_periods_per_week_code, el_services_provided_code, tbe_indicator, tpi_indicator,
--   title_iii_indicator, el_services_end_date, el_services_end_reason_code), enrollment(sid, home_rcdts, exit_date),
--   prev.el(sid, school_year, el_services_start_date, home_rcdts, district_first_enrolled_date, el_entry_status_code,
--   class_periods_per_week_code, el_services_provided_code, tbe_indicator, tpi_indicator, title_iii_indicator,
--   el_services_end_date, el_services_end_reason_code)
-- optional: district_first_enrolled_date, el_entry_status_code, class_periods_per_week_code, el_services_provided_code,
--   tbe_indicator, tpi_indicator, title_iii_indicator, el_services_end_date, el_services_end_reason_code
-- message: This record is new or differs from the previous snapshot, but the student has no active enrollment in the
--   district that sent it.
-- expected: an active enrollment at a home school of the district that sent the record
-- fix: Enroll the student first, or let the district of the active enrollment send the record; if the student has left,
--   restore the record as it was.
-- note: Columns that one of the two snapshots does not have are not compared, nor are the sender and the day of
--   sending. A row that does not say who sent it is not judged.
with changed as (
    select c._row, c.sid, left(c.submitter_rcdt, 11) as sender
    from el c
    where c.submitter_rcdt is not null
        and not exists (
            select 1
            from prev.el p
            where p.sid = c.sid and c.sid not like '~%' and p._last
                and p.school_year is not distinct from c.school_year
                and p.el_services_start_date is not distinct from c.el_services_start_date
                and p.home_rcdts is not distinct from c.home_rcdts
                and (
                    :lacks_district_first_enrolled_date is not null
                    or c.district_first_enrolled_date is not distinct from p.district_first_enrolled_date
                )
                and (
                    :lacks_el_entry_status_code is not null
                    or c.el_entry_status_code is not distinct from p.el_entry_status_code
                )
                and (
                    :lacks_class_periods_per_week_code is not null
                    or c.class_periods_per_week_code is not distinct from p.class_periods_per_week_code
                )
                and (
                    :lacks_el_services_provided_code is not null
                    or c.el_services_provided_code is not distinct from p.el_services_provided_code
                )
                and (:lacks_tbe_indicator is not null or c.tbe_indicator is not distinct from p.tbe_indicator)
                and (:lacks_tpi_indicator is not null or c.tpi_indicator is not distinct from p.tpi_indicator)
                and (
                    :lacks_title_iii_indicator is not null
                    or c.title_iii_indicator is not distinct from p.title_iii_indicator
                )
                and (
                    :lacks_el_services_end_date is not null
                    or c.el_services_end_date is not distinct from p.el_services_end_date
                )
                and (
                    :lacks_el_services_end_reason_code is not null
                    or c.el_services_end_reason_code is not distinct from p.el_services_end_reason_code
                )
        )
),
compared as (
    select c._row, e.sid is not null as enrolled, left(e.home_rcdts, 11) = c.sender as fits
    from changed c
    left join active_enrollments e on e.sid = c.sid
)
select
    _row,
    case when bool_or(fits) then true when count(fits) = count(*) filter (where enrolled) then false end as holds
from compared
group by _row
