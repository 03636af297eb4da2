-- id: IL-MSID-002
-- title: SID to be deleted is still enrolled
-- kind: cross
-- source: Multiple SID | The SID to be deleted has been exited.
-- table: multiple_sid
-- columns: sid_delete
-- reads: multiple_sid(sid_delete), enrollment(sid, exit_date)
-- reach: all
-- message: The SID to be deleted has an active enrollment.
-- expected: only exited or erroneous enrollments, or none
-- fix: Exit the enrollments of the SID to be deleted, or mark them as erroneous (exit code 99), before you ask.
-- note: An erroneous enrollment counts as exited; a SID without any enrollment may be deleted.
select
    m._row,
    case when m.sid_delete is not null then a.sid is null end as holds
from multiple_sid m
left join student_active a on a.sid = m.sid_delete
