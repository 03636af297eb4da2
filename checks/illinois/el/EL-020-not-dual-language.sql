-- id: IL-EL-020
-- title: TBE or TPI services, but an enrollment does not say that the student is outside dual language
-- kind: cross
-- source: EL (English Learners) | TBE/TPI: If EL Services provided is “03, 04, 05 or 06”
-- effective: 2018-06-29 (EL Services Provided updated)
-- years: 2019-
-- table: el
-- columns: el_services_provided_code
-- reads: el(sid, school_year, el_services_provided_code, el_services_end_date), enrollment(sid, dual_language_code,
--   exit_date)
-- message: EL Services Provided is 03, 04, 05 or 06, but Dual Language of an active enrollment is not 03.
-- expected: Dual Language 03 on every active enrollment
-- fix: Set Dual Language of the enrollment to 03 (not a participant); or set EL Services Provided to 00 if the student
--   is in dual language.
-- note: EL records whose services have not ended, of students with an active enrollment. An empty Dual Language is not
--   03.
select _row, outside_dual_language as holds
from el_context
where school_year >= 2019 and is_open and el_services_provided_code in ('03', '04', '05', '06')
    and outside_dual_language is not null
