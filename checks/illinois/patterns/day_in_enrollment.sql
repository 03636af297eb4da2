-- id: {id}
-- title: {Day} is {fault}
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: {columns}
-- reads: {table}(sid, home_rcdts, serving_rcdts, school_year, {column}), enrollment(sid, home_rcdts, serving_rcdts,
--   school_year, enrollment_date, exit_date)
-- message: {says}
-- expected: {expected}
-- fix: Correct the {Day}, or the dates of the enrollment if the student was there on that day.
-- note: {judged} One of several enrollments at the same schools in the year is enough. Rows without a matching
--   enrollment are reported by the rules on matching alone.
select
    _row,
    first_entry as enrollment_date,
    last_exit as exit_date,
    covers_day as holds
from record_match
where source = '{table}' and record_day is not null and spells = '{spells}'
