-- id: IL-DISC-009
-- title: Incident is there twice, or lacks a part of its key
-- kind: group
-- source: Student Discipline | To add a record the Incident Number does not match the
-- table: discipline
-- grain: key
-- columns: sid, home_rcdts, serving_rcdts, school_year, incident_date, incident_number
-- reads: discipline(sid, home_rcdts, serving_rcdts, school_year, incident_date, incident_number)
-- message: Another discipline record of the student at these schools in this year has the same date and number, or one
--   of these fields is empty.
-- expected: one record for each student, home and serving school, year, date and number
-- fix: Give the second incident of the day a number of its own, or remove the record that was sent twice; fill what is
--   empty.
-- note: Different students may share a number. Records marked erroneous are left out.
select min(_row) as _row, count(*) = 1 as holds
from discipline
where erroneous_indicator is distinct from '01'
    and sid is not null and home_rcdts is not null and serving_rcdts is not null and school_year is not null
    and incident_date is not null and incident_number is not null
group by sid, home_rcdts, serving_rcdts, school_year, incident_date, incident_number
union all
select _row, false as holds
from discipline
where erroneous_indicator is distinct from '01'
    and (
        sid is null or home_rcdts is null or serving_rcdts is null or school_year is null or incident_date is null
        or incident_number is null
    )
