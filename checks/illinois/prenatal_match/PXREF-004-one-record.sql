-- id: IL-PXREF-004
-- title: Child matched to several prenatal records
-- kind: group
-- source: Prenatal XREF | A Student cannot be linked to more than one prenatal record.
-- effective: 2017-07-10 (Prenatal XREF added)
-- table: prenatal_match
-- key: sid
-- grain: key
-- columns: sid, prenatal_id
-- reads: prenatal_match(sid, prenatal_id)
-- message: The child is matched to {records} prenatal records.
-- expected: one prenatal record for each child
-- fix: Keep the match to the record of this child's mother and remove the others.
-- note: Different Prenatal IDs are counted; the same match sent twice is a doubled key.
select min(_row) as _row, count(distinct prenatal_id) as records, count(distinct prenatal_id) < 2 as holds
from prenatal_match
where sid is not null
group by sid
