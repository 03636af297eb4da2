-- id: IL-PRE-003
-- title: Prenatal record not carried over into the new fiscal year
-- kind: completeness
-- source: Prenatal | a new prenatal record will be created in the new fiscal year
-- effective: 2017-06-07, updated 2017-07-10
-- table: prenatal
-- columns: exit_reason, fiscal_year
-- reads: prenatal(prenatal_id, fiscal_year, exit_reason, due_date, services_start_date), prev.prenatal(prenatal_id,
--   fiscal_year)
-- optional: prev
-- message: The record was exited for the new fiscal year, but there is no record of the same Prenatal ID in the next
--   fiscal year, or that record is new and its Due Date or Services Start Date differs.
-- expected: a record of the next fiscal year with the same Due Date and Services Start Date
-- fix: Send the record of the next fiscal year with the dates of this one, or correct the exit reason.
-- note: The dates are compared only when the new record is not yet in the previous snapshot; later it may change.
--   Without a snapshot, only whether it exists.
select _row, next_known and (:lacks_prev is not null or next_was_there or dates_equal) as holds
from prenatal_next
where exit_reason = 'new_fiscal_year'
