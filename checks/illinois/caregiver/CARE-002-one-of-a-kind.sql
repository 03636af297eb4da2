-- id: IL-CARE-002
-- title: Two caregivers of the same relationship
-- kind: group
-- severity: warning
-- source: Caregiver Demographic | There can only be one record for each Caregiver for every
-- table: caregiver
-- grain: key
-- columns: sid, relationship_code
-- reads: caregiver(sid, relationship_code)
-- message: A later row of the same child has the same relationship and takes the place of this one; or the SID of the
--   child is empty.
-- expected: one row for each child and relationship
-- fix: Keep the caregiver who is to be stored, and send the other one with another relationship or not at all. Fill the
--   SID where it is empty.
-- note: Goes by the relationship, not by the caregiver's SID. The state does not refuse the second row, it overwrites
--   the first; so this is a warning. A missing relationship is reported by IL-CARE-003.
select min(_row) as _row, count(*) = 1 as holds
from caregiver
where sid is not null and relationship_code is not null
group by sid, relationship_code
union all
select _row, false as holds
from caregiver
where sid is null
