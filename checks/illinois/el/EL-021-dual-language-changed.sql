-- id: IL-EL-021
-- title: Dual Language changed while the student has TBE or TPI services
-- kind: snapshot
-- source: EL (English Learners) | can NOT be updated until the EL Services Provided is changed
-- effective: 2018-06-29 (EL Services Provided updated)
-- years: 2019-
-- table: enrollment
-- columns: dual_language_code, el_services_provided_code
-- reads: enrollment(sid, school_year, dual_language_code), el(sid, el_services_provided_code, el_services_end_date),
--   prev.enrollment(sid, dual_language_code)
-- message: Dual Language of this enrollment differs from the previous snapshot, but the student's open EL record still
--   has TBE or TPI services.
-- expected: the Dual Language of the previous snapshot
-- fix: Set EL Services Provided to 00 in the EL record first, then change Dual Language; or restore the former value.
-- note: Of several open EL records of the student the latest counts, as it is now. Dual Language that is empty on one
--   side can't be compared.
with services as (
    select sid, el_services_provided_code
    from el
    where _last and el_services_end_date is null
    qualify row_number() over (
        partition by sid order by school_year desc nulls last, el_services_start_date desc nulls last, _row desc
    ) = 1
)
select
    e._row,
    s.el_services_provided_code,
    e.dual_language_code = e.previous_dual_language
        or (e.dual_language_code is null and e.previous_dual_language is null) as holds
from enrollment_before e
join services s on s.sid = e.sid
where e.school_year >= 2019 and s.el_services_provided_code in ('03', '04', '05', '06')
