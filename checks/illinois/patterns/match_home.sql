-- id: {id}
-- title: {Record} of a student without an enrollment at that home school
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: home_rcdts
-- reads: {table}(sid, home_rcdts), enrollment(sid, home_rcdts)
-- message: No enrollment of this student has the Home RCDTS of the {record}.
-- expected: the Home RCDTS of one of the student's enrollments
-- fix: Compare the SID and the Home RCDTS (all 15 characters) of the {record} with the student's enrollment and correct
--   the one that is wrong; if the student was never enrolled there, remove the {record}.
-- note: First step of four; the first that fails is reported. Enrollments of every year count, exited and erroneous
--   ones too. Where a key value is missing on either side, it can't be told.
select
    _row,
    case when steps >= 1 then true when possible_steps < 1 then false end as holds
from record_match
where source = '{table}'
