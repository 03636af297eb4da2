-- model: marked_profiles
-- doc: Profiles marked with D (every copy). ``is_integrated``: has an IntegrationIDT and no provisional ID, so it is no
--   duplicate to be merged. ``has_counterpart``: another profile of the person without D; ``has_import``: such a one
--   that was imported from the SIS; ``import_done``: such a one, with or without D; ``is_merged``: the merge log has it with an imported profile as target.
select
    p._row, p.student_id, p.state_id, p.is_active, p.integration_idt, p.provisional_id,
    p.integration_idt is not null and p.provisional_id is null as is_integrated,
    coalesce(c.has_counterpart, false) as has_counterpart,
    coalesce(c.has_import, false) as has_import,
    coalesce(c.import_done, false) as import_done,
    coalesce(c.is_merged, false) as is_merged
from al_sp_profile p
left join (
    select
        c._row,
        bool_or(not c.is_marked) as has_counterpart,
        bool_or(not c.is_marked and coalesce(c.profile_source = 'sis_import', false)) as has_import,
        bool_or(coalesce(c.profile_source = 'sis_import', false)) as import_done,
        bool_or(m.target_student_id is not null and coalesce(c.profile_source = 'sis_import', false)) as is_merged
    from counterparts c
    join al_sp_profile d on d._row = c._row
    left join al_merge m on m.source_student_id = d.student_id and m.target_student_id = c.student_id and m._last
    group by c._row
) c on c._row = p._row
where p.student_id like 'D%'
