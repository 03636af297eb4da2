-- id: IL-PXREF-005
-- title: Prenatal record with more matched children than were born
-- kind: group
-- source: Prenatal XREF | A Prenatal record can be linked to the number of birthed
-- effective: 2017-07-10 (Prenatal XREF added)
-- table: prenatal_match
-- key: prenatal_id
-- grain: key
-- columns: prenatal_id, birthed_children_count
-- reads: prenatal_match(sid, prenatal_id), prenatal(prenatal_id, fiscal_year, birthed_children_count)
-- reach: all
-- message: The record is matched to {children} children, more than its Total Number of Birthed Children.
-- expected: no more children than Total Number of Birthed Children
-- fix: Remove the matches of children who belong to other records, or correct Total Number of Birthed Children.
-- note: Of several records of the Prenatal ID that of the latest fiscal year counts. Fewer children are allowed; where
--   the number is empty, IL-PRE-008 says so.
select
    min(_row) as _row,
    max(birthed_children_count) as birthed_children_count,
    count(distinct sid) as children,
    count(distinct sid) <= max(birthed_children_count) as holds
from prenatal_links
where birthed_children_count is not null
group by prenatal_id
