-- id: IL-PXREF-002
-- title: Child born on another day than the delivery
-- kind: cross
-- source: Prenatal XREF | Student’s date of birth is equal to the delivery date on
-- effective: 2017-07-10 (Prenatal XREF added)
-- table: prenatal_match
-- columns: birth_date, delivery_date
-- reads: prenatal_match(sid, prenatal_id), student(sid, birth_date), prenatal(prenatal_id, fiscal_year, delivery_date)
-- message: The birth date of the student is not the Delivery Date of the prenatal record.
-- expected: the Delivery Date
-- fix: Check that the match links the right child and record; then correct the birth date of the student or the
--   Delivery Date.
-- note: Of several records of the Prenatal ID that of the latest fiscal year counts. Twins born before and after
--   midnight are reported, since a record has one Delivery Date.
select _row, birth_date, delivery_date, birth_date = delivery_date as holds
from prenatal_links
where student_known and record_known
