-- id: {id}
-- title: {Record} of a school year in which the student is not enrolled there
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: school_year
-- reads: {table}(sid, home_rcdts, serving_rcdts, school_year), enrollment(sid, home_rcdts, serving_rcdts, school_year)
-- message: The student has an enrollment at this home and serving school, but not in the school year of the {record}.
-- expected: the school year of one of the student's enrollments at these schools
-- fix: Correct the School Year of the {record} (the year in which the school year ends), or submit the enrollment that
--   is missing for that year.
-- note: Third step of four: judged where an enrollment with the same home and serving school exists.
select
    _row,
    case when steps >= 3 then true when possible_steps < 3 then false end as holds
from record_match
where source = '{table}' and steps >= 2
