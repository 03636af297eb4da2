-- id: IL-EXIT-014
-- title: Discipline record of an erroneous enrollment is not marked erroneous
-- kind: cross
-- source: Exit Enrollment | Student Discipline
-- table: discipline
-- columns: erroneous_indicator
-- reads: discipline(sid, home_rcdts, serving_rcdts, school_year, erroneous_indicator), enrollment(sid, home_rcdts,
--   serving_rcdts, school_year, exit_type_code)
-- message: The enrollment of this discipline record was exited as erroneous (99), but the record itself is not marked
--   erroneous.
-- expected: marked erroneous
-- fix: Mark the discipline record erroneous, or submit the right enrollment if the student did attend.
-- note: Not judged where another enrollment at the same schools in the year is valid: the record belongs to that one.
select
    d._row,
    coalesce(d.erroneous_indicator = '01', false) as holds
from discipline d
join enrollment_year y
    on y.match_key = hash(d.sid, d.home_rcdts, d.serving_rcdts, d.school_year)
where y.valid = 0
