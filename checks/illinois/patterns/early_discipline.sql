-- id: {id}
-- title: {title}
-- kind: cross
-- source: {source}
-- effective: 2018-09-27
-- years: 2019-
-- table: discipline
-- columns: {column}
-- reads: discipline(sid, home_rcdts, serving_rcdts, school_year, incident_date, {column}), enrollment(sid, home_rcdts,
--   serving_rcdts, school_year, entry_grade_level)
-- message: The student was in Birth to 3 or Pre-K (grade 00 or 14), but the {name} is empty or none of those for young
--   children.
-- expected: {codes_text}
-- fix: Enter the {name} for young children ({codes_text}) in the discipline record, or correct the grade level of the
--   enrollment.
-- note: Incidents from 1 July 2018 on. Judged where all matching enrollments are of grade 00 or 14; these codes in
--   other grades are not reported.
select _row, coalesce({column} in ({codes}), false) as holds
from record_match
where source = 'discipline' and school_year >= 2019 and record_day >= date '2018-07-01' and only_early
