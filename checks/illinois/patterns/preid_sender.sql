-- id: {id}
-- title: {File} student who is not enrolled in the district that sent the file
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: submitter_rcdt
-- reads: {table}(sid, submitter_rcdt), enrollment(sid, home_rcdts, exit_date)
-- message: The student has no active enrollment, or one whose home school is not of the district that sent the file.
-- expected: active enrollments with home schools of the district that sends the file
-- fix: Take the student out of this file if another district is home; else send the enrollment or correct its Home
--   RCDTS.
-- note: The file lists students who will be tested now, so an active enrollment is needed, and all active ones must be
--   of the district. A row that does not say who sent it is not judged.
select
    _row,
    case
        when other_homes > 0 then false
        when sid is not null and homes_unknown = 0 then active_count > 0
    end as holds
from preid_context
where source = '{table}' and submitter_rcdt is not null
