-- model: merged_history
-- doc: History records that the source of a merge had in the previous snapshot, under its id with or without D, beside
--   the merge (every copy). ``is_kept``: the record is now one of the target, or still one of the profile with D.
select
    m._row,
    h.record_id,
    coalesce(
        r.student_id = m.target_student_id or (r.student_id = m.source_student_id and r.student_id like 'D%'), false
    ) as is_kept
from al_merge m
join prev.al_history_record h
    on (h.student_id = m.source_student_id
        or (m.source_student_id like 'D_%' and h.student_id = substr(m.source_student_id, 2)))
    and h._last
left join al_history_record r on r.record_id = h.record_id and r._last
