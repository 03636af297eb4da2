-- id: IL-EXIT-015
-- title: Homeless record of an erroneous enrollment is not marked erroneous
-- kind: cross
-- source: Exit Enrollment | Homeless
-- table: homeless
-- columns: erroneous_indicator
-- reads: homeless(sid, home_rcdts, serving_rcdts, school_year, erroneous_indicator), enrollment(sid, home_rcdts,
--   serving_rcdts, school_year, exit_type_code)
-- message: The enrollment of this Homeless record was exited as erroneous (99), but the record itself is not marked
--   erroneous.
-- expected: marked erroneous
-- fix: Mark the Homeless record erroneous, or submit the right enrollment if the student did attend.
-- note: Not judged where another enrollment at the same schools in the year is valid: the record belongs to that one.
select
    h._row,
    coalesce(h.erroneous_indicator = '01', false) as holds
from homeless h
join enrollment_year y
    on y.match_key = hash(h.sid, h.home_rcdts, h.serving_rcdts, h.school_year)
where y.valid = 0
