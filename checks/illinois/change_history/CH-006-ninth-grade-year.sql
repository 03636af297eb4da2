-- id: IL-CH-006
-- title: First year in 9th grade was changed
-- kind: snapshot
-- source: Change History | a. Removed First Year in 9th Grade as an updatable field
-- effective: 2017-08-16
-- table: adjusted_cohort
-- columns: first_year_9th_grade
-- reads: adjusted_cohort(sid, first_year_9th_grade), prev.adjusted_cohort(sid, first_year_9th_grade)
-- message: The previous snapshot holds another First Year in 9th Grade for this student; the field can't be updated.
-- expected: the year of the previous snapshot
-- fix: Restore the former year; ask the state if it is wrong.
-- note: Stated in the change history only. Filling a year that was empty is no change, emptying it is one.
select c._row, c.first_year_9th_grade is not distinct from p.first_year_9th_grade as holds
from adjusted_cohort c
join prev.adjusted_cohort p on p.sid = c.sid and p._last
where p.first_year_9th_grade is not null
