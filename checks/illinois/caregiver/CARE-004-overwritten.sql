-- id: IL-CARE-004
-- title: Caregiver takes the place of the one that was stored
-- kind: snapshot
-- severity: info
-- source: Caregiver Demographic | If the user sends in a record with the same Relationship Status
-- table: caregiver
-- columns: caregiver_sid, caregiver_last_name, caregiver_first_name
-- reads: caregiver(sid, relationship_code, caregiver_sid, caregiver_last_name, caregiver_first_name),
--   prev.caregiver(sid, relationship_code, caregiver_sid, caregiver_last_name, caregiver_first_name)
-- message: The previous snapshot holds another SID or name for this child and relationship; the new row replaces it.
-- expected: the caregiver of the previous snapshot, or a replacement that is meant
-- fix: Nothing to do if the caregiver has changed or was corrected. If both persons are to be kept, send them with
--   different relationships.
-- note: Overwriting is allowed; it is listed because one person can take another's place unnoticed.
with compared as (
    select
        c._row,
        c.caregiver_sid is distinct from p.caregiver_sid as other_sid,
        c.caregiver_last_name is distinct from p.caregiver_last_name as other_last,
        c.caregiver_first_name is distinct from p.caregiver_first_name as other_first
    from caregiver c
    join prev.caregiver p on p.sid = c.sid and p.relationship_code = c.relationship_code and p._last
    where c.sid not like '~%'
)
select
    _row,
    concat_ws(
        ';',
        case when other_sid then 'caregiver_sid' end,
        case when other_last then 'caregiver_last_name' end,
        case when other_first then 'caregiver_first_name' end
    ) as failing,
    not (other_sid or other_last or other_first) as holds
from compared
