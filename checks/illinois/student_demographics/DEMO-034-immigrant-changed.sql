-- id: IL-DEMO-034
-- title: Immigrant indicator changed without the Immigrant file
-- kind: snapshot
-- source: Student Demographics | Eligible for Immigrant Indicator starting school year 2015 can no longer
-- effective: school year 2015 on; 2014-07-23
-- table: student
-- columns: immigrant_indicator
-- reads: student(sid, immigrant_indicator), immigrant(sid, eligible_immigrant_indicator),
--   prev.student(sid, immigrant_indicator), prev.immigrant(sid, eligible_immigrant_indicator)
-- optional: prev.immigrant
-- message: The immigrant indicator differs from the previous snapshot, but no immigrant row of the student is new or
--   changed.
-- expected: the value of the previous snapshot, or a new immigrant row
-- fix: Report the student with the Immigrant file; the demographics file no longer changes this indicator.
-- note: Students of both snapshots. An indicator that is empty on one side can't be compared. Where the previous
--   snapshot has no immigrant rows, every immigrant row counts as new.
with reported as (
    select distinct i.sid
    from immigrant i
    left join prev.immigrant p on p.sid = i.sid and p.school_year is not distinct from i.school_year and p._last
    where i._last
        and (
            p.sid is null
            or p.eligible_immigrant_indicator is distinct from i.eligible_immigrant_indicator
            or p.home_rcdts is distinct from i.home_rcdts
        )
)
select
    s._row,
    s.immigrant_indicator = p.immigrant_indicator
        or (s.immigrant_indicator is null and p.immigrant_indicator is null)
        or r.sid is not null as holds
from student s
join prev.student p on p.sid = s.sid and p._last
left join reported r on r.sid = s.sid
