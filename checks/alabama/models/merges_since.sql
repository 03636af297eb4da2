-- model: merges_since
-- doc: The merge log (every copy) beside the previous snapshot. ``is_new``: there is a snapshot, and its merge log does
--   not have the merge. ``source_was_there``: the snapshot has the source profile, under its id with or without D.
--   ``was_marked_late``: the snapshot has the imported target, and the source still without D. ``kept_...``: a value that
--   the target had in the snapshot is still its own. Where the target has taken over the id that the source had before
--   it was marked, a profile of that id in the snapshot is the source.
with old as (
    select
        m.*,
        exists (select 1 from prev.al_sp_profile) and not exists (
            select 1
            from prev.al_merge x
            where x.source_student_id = m.source_student_id and x.target_student_id = m.target_student_id
        ) as is_new,
        d.student_id is not null as was_marked,
        u.student_id is not null as was_unmarked,
        m.source_student_id = 'D' || m.target_student_id as took_over_id
    from merges m
    left join prev.al_sp_profile d on d.student_id = m.source_student_id and d._last
    left join prev.al_sp_profile u
        on m.source_student_id like 'D_%' and u.student_id = substr(m.source_student_id, 2) and u._last
)
select
    o._row, o.source_student_id, o.merged_date, o.profile_created_date, o.is_known, o.is_new,
    o.same_last_name, o.same_first_name, o.same_birth_date,
    o.was_marked or o.was_unmarked as source_was_there,
    o.is_new and t.student_id is not null and o.was_unmarked and not o.was_marked as was_marked_late,
    not o.is_new or t.legal_last_name is null
        or lower(trim(o.legal_last_name)) is not distinct from lower(trim(t.legal_last_name)) as kept_last_name,
    not o.is_new or t.legal_first_name is null
        or lower(trim(o.legal_first_name)) is not distinct from lower(trim(t.legal_first_name)) as kept_first_name,
    not o.is_new or t.birth_date is null or o.birth_date is not distinct from t.birth_date as kept_birth_date
from old o
left join prev.al_sp_profile t
    on t.student_id = o.target_student_id and t._last and (o.was_marked or not o.took_over_id)
