-- id: IL-CARE-005
-- title: Caregiver SID does not exist
-- kind: cross
-- source: Caregiver Demographic | If user submits file with Caregiver SID SIS will validate in
-- table: caregiver
-- columns: caregiver_sid
-- reads: caregiver(caregiver_sid), student(sid)
-- reach: all
-- message: No student has the SID that is given for the caregiver; the state refuses the whole row.
-- expected: a SID that exists, or none
-- fix: Look up the caregiver's SID and correct it; leave it empty if the caregiver has none.
-- note: A row without caregiver SID is in order; names are not compared. In an extract of a single home district it
--   can't be told, because the caregiver may belong to another one.
with homes as (
    select home_rcdts from enrollments
    union all
    select home_rcdts from caregiver
),
extent as (
    select count(distinct left(home_rcdts, 11)) as districts from homes
)
select
    c._row,
    case when s.sid is not null then true when e.districts > 1 then false end as holds
from caregiver c
cross join extent e
left join student s on s.sid = c.caregiver_sid and s._last
where c.caregiver_sid is not null
