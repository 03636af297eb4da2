-- id: IL-PXREF-006
-- title: Match sent by a district that is not the child's Birth to 3 home
-- kind: cross
-- source: Prenatal XREF | Home RCDTS of the Birth to 3 record must match the
-- effective: 2017-07-10 (Prenatal XREF added)
-- table: prenatal_match
-- columns: submitter_rcdt
-- reads: prenatal_match(sid, submitter_rcdt), birth_to_3(sid, home_rcdts, school_year)
-- message: The child has no Birth to 3 record with a home school of the district that sent this match.
-- expected: the district of the Home RCDTS of the child's Birth to 3 record
-- fix: Let the child's home district send the match, or send or correct the Birth to 3 record first.
-- note: Of several Birth to 3 records those of the latest school year count. A match that does not say who sent it is
--   not judged.
select _row, from_home as holds
from prenatal_links
where submitter_rcdt is not null
