-- table: early_childhood
-- doc: Early childhood rows; the old early childhood file names no serving school, which is taken from the only
--   enrollment of the student at that home school in that year.
-- from: enrollment
-- fills: serving_rcdts
with only_school as (
    select sid, home_rcdts, school_year, min(serving_rcdts) as serving_rcdts
    from raw_enrollment
    group by sid, home_rcdts, school_year
    having count(*) = 1
)
select c.* replace (coalesce(c.serving_rcdts, o.serving_rcdts) as serving_rcdts)
from raw_early_childhood c
left join only_school o on o.sid = c.sid and o.home_rcdts = c.home_rcdts and o.school_year = c.school_year
    and c.serving_rcdts is null
