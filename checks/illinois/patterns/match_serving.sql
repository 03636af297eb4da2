-- id: {id}
-- title: {Record} of a student without an enrollment at that serving school
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: serving_rcdts
-- reads: {table}(sid, home_rcdts, serving_rcdts), enrollment(sid, home_rcdts, serving_rcdts)
-- message: The student has an enrollment with this Home RCDTS, but none of them has the Serving RCDTS of the {record}.
-- expected: the Serving RCDTS of one of the student's enrollments at that home school
-- fix: Compare the Serving RCDTS (all 15 characters) of the {record} with the student's enrollments at this home school
--   and correct the one that is wrong.
-- note: Second step of four: judged where an enrollment with the same home school exists.
select
    _row,
    case when steps >= 2 then true when possible_steps < 2 then false end as holds
from record_match
where source = '{table}' and steps >= 1
