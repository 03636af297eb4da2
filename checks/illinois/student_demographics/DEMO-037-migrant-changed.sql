-- id: IL-DEMO-037
-- title: Migrant indicator differs from the previous snapshot
-- severity: warning
-- kind: snapshot
-- source: Student Demographics | Migrant Indicator starting school year 2015 can no longer be updated
-- effective: school year 2015 on; 2014-07-23
-- table: student
-- columns: migrant_indicator
-- reads: student(sid, migrant_indicator), prev.student(sid, migrant_indicator)
-- message: The migrant indicator differs from the previous snapshot; a demographics file does not change it.
-- expected: the value of the previous snapshot
-- fix: Send the former value in the demographics file. Report migrant students to the New Generations System (NGS),
--   from which the state takes the indicator.
-- executable: may over-report: a change can also come from NGS, which the data do not show
-- note: Students of both snapshots. An indicator that is empty on one side can't be compared.
select
    s._row,
    s.migrant_indicator = p.migrant_indicator or (s.migrant_indicator is null and p.migrant_indicator is null) as holds
from student s
join prev.student p on p.sid = s.sid and p._last
