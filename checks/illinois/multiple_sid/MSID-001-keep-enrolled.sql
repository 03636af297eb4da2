-- id: IL-MSID-001
-- title: SID to keep is not enrolled in the district that asks
-- kind: cross
-- source: Multiple SID | The SID to keep is actively enrolled in the IWAS user’s
-- table: multiple_sid
-- columns: sid_keep, submitter_rcdt
-- reads: multiple_sid(sid_keep, submitter_rcdt), enrollment(sid, home_rcdts, exit_date)
-- optional: submitter_rcdt
-- message: The SID to keep has no active enrollment whose home district is the district that sent the request.
-- expected: an active enrollment in the district that asks
-- fix: Exchange the two SIDs if the wrong one is to be kept; enroll the student under the SID to keep first; or let the
--   student's home district ask.
-- note: Where the request does not say who sent it, any active enrollment will do.
with compared as (
    select
        m._row,
        case
            when m.sid_keep is null then null
            when e.sid is null then false
            else m.submitter_rcdt is null or left(e.home_rcdts, 11) = left(m.submitter_rcdt, 11)
        end as fits
    from multiple_sid m
    left join active_enrollments e on e.sid = m.sid_keep
)
select _row, case when bool_or(fits) then true when count(fits) = count(*) then false end as holds
from compared
group by _row
