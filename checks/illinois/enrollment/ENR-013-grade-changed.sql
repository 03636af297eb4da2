-- id: IL-ENR-013
-- title: Entry/Grade Level of an enrollment was changed
-- kind: snapshot
-- source: Enrollment | The Entry/Grade Level cannot be updated using the Demographic/ Enrollment file
-- table: enrollment
-- columns: entry_grade_level
-- reads: enrollment(entry_grade_level), prev.enrollment(entry_grade_level)
-- message: The Entry/Grade Level differs from the one that this enrollment has in the previous snapshot.
-- expected: the Entry/Grade Level of the previous snapshot
-- fix: Restore the former Entry/Grade Level. To change it, exit the student and enroll again with a new Enrollment
--   Date.
-- note: An enrollment that is marked as erroneous, now or before, is not compared.
select
    _row,
    entry_grade_level = previous_grade_level
        or (entry_grade_level is null and previous_grade_level is null) as holds
from enrollment_before
