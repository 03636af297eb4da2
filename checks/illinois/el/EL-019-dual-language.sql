-- id: IL-EL-019
-- title: Dual language student with other EL services
-- kind: cross
-- source: EL (English Learners) | EL Services Provided Indicator must be 00 – None of the
-- effective: 2018-06-29 (marked "New"; change history 06/29/2018)
-- years: 2019-
-- table: el
-- columns: el_services_provided_code
-- reads: el(sid, school_year, el_services_provided_code, el_services_end_date), enrollment(sid, dual_language_code,
--   exit_date)
-- message: An active enrollment says that the student is in dual language (01 or 02), but EL Services Provided is not
--   00.
-- expected: 00
-- fix: Set EL Services Provided to 00 (None of the above), or correct Dual Language on the enrollment.
-- note: EL records whose services have not ended.
select _row, coalesce(el_services_provided_code = '00', false) as holds
from el_context
where school_year >= 2019 and is_open and in_dual_language
