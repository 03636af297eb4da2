-- id: AL-SP-024
-- title: History of a merged profile was lost
-- kind: snapshot
-- source: Special Programs: missing IntegrationIDT / provisional ID | The Source profile contains all the historical special education/program data
-- table: al_merge
-- columns: source_student_id, target_student_id
-- reads: al_merge(source_student_id, target_student_id), al_history_record(record_id, student_id),
--   prev.al_history_record(record_id, student_id)
-- message: Of {records} history records of the source profile {lost} are not in the target profile.
-- expected: all history records of the source in the target profile
-- fix: Bring the records back from the source profile: open the merge again and keep the program history of the source.
-- note: Compared with the previous snapshot, where the source may stand with or without D. Records that are kept under
--   the id with D pass.
select
    _row,
    count(*) as records,
    count(*) filter (where not is_kept) as lost,
    bool_and(is_kept) as holds
from merged_history
group by _row
