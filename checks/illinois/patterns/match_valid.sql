-- id: {id}
-- title: {Record} that belongs to an erroneous enrollment
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: exit_type_code
-- reads: {table}(sid, home_rcdts, serving_rcdts, school_year), enrollment(sid, home_rcdts, serving_rcdts, school_year,
--   exit_type_code)
-- message: Every enrollment of the student at these schools in this school year is marked erroneous (exit type 99).
-- expected: an enrollment whose exit type is not 99
-- fix: {remedy}, or submit the right enrollment if the student did attend.
-- note: Last step of four: judged where an enrollment with the same schools and year exists. An enrollment that has
--   been exited with another code counts, and so does one without an exit.
select
    _row,
    '99' as exit_type_code,
    case when steps >= 4 then true when possible_steps < 4 then false end as holds
from record_match
where source = '{table}' and steps >= 3
