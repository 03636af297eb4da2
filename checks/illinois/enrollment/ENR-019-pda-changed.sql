-- id: IL-ENR-019
-- title: Percent of Day Attended of an enrollment was changed
-- kind: snapshot
-- source: Enrollment | The Percent of Day Attended (PDA) cannot be updated using the
-- table: enrollment
-- columns: percent_day_attended
-- reads: enrollment(percent_day_attended), prev.enrollment(percent_day_attended)
-- message: The Percent of Day Attended differs from the one that this enrollment has in the previous snapshot.
-- expected: the Percent of Day Attended of the previous snapshot
-- fix: Restore the former value. To change it, exit the enrollment with code 17 and enroll the student again with the
--   new value.
-- note: Compared as numbers: 1 and 1.00 are equal. An enrollment that is marked as erroneous, now or before, is not
--   compared.
select _row, percent_day_attended = previous_pda or (percent_day_attended is null and previous_pda is null) as holds
from enrollment_before
