-- id: IL-PXREF-003
-- title: Match to a prenatal record that did not end in a live birth
-- kind: cross
-- source: Prenatal XREF | The Prenatal record must be exited with reason of “Live Birth”.
-- effective: 2017-07-10 (Prenatal XREF added)
-- table: prenatal_match
-- columns: exit_reason, exit_date
-- reads: prenatal_match(prenatal_id), prenatal(prenatal_id, fiscal_year, exit_reason, exit_date)
-- message: The prenatal record of the match has no Exit Date, or another exit reason than Live Birth.
-- expected: exit reason Live Birth, with an Exit Date
-- fix: Exit the prenatal record with Live Birth before the child is matched, or correct the Prenatal ID of the match.
-- note: Of several records of the Prenatal ID that of the latest fiscal year counts. A record that does not exist is
--   reported by IL-PXREF-001 alone.
select
    _row,
    exit_reason,
    exit_date,
    coalesce(exit_reason = 'live_birth', false) and exit_date is not null as holds
from prenatal_links
where record_known
