-- model: work_list
-- doc: Profiles without IntegrationIDT or with a provisional ID, each once: active ones, and inactive ones whose student
--   is enrolled in the SIS. ``status``: the step reached: none, marked (D in front), imported, merged, reintegrated.
--   ``has_state_id``: the SIS has a State ID of digits only. ``can_be_imported``: the General Student Table has the
--   student (or is not supplied).
with merged as (
    select
        m.source_student_id,
        bool_or(t.integration_idt is not null and t.provisional_id is null) as is_reintegrated
    from al_merge m
    left join al_sp_profile t on t.student_id = m.target_student_id and t._last
    group by m.source_student_id
),
transferred as (
    select distinct student_id from al_transfer
),
judged as (
    select
        p.*,
        coalesce(not regexp_matches(p.sis_state_id, '[^0-9]'), false) as has_state_id,
        g.state_id is not null or not exists (select 1 from al_general_student) as can_be_imported,
        x.student_id is not null or coalesce(p.profile_source = 'transfer', false) as was_transferred,
        case
            when m.is_reintegrated then 'reintegrated'
            when m.source_student_id is not null then 'merged'
            when exists (select 1 from al_merge y where y.target_student_id = p.student_id) then 'merged'
            when d.has_import then 'imported'
            when p.is_marked then 'marked'
            when p.profile_source = 'sis_import' then 'imported'
            else 'none'
        end as status
    from profile_person p
    left join marked_profiles d on d._row = p._row
    left join merged m on m.source_student_id = p.student_id
    left join transferred x on x.student_id = p.student_id
    left join al_general_student g on g.state_id = p.sis_state_id and g._last
    where p._last
        and (p.integration_idt is null or p.provisional_id is not null)
        and (p.is_active = '01' or p.is_enrolled)
)
select
    judged.*,
    coalesce(
        nullif(
            concat_ws(
                '; ',
                case when profile_source = 'manual' then 'added by hand' end,
                case when was_transferred then 'transfer envelope' end,
                case when profile_source = 'sets_migration' then 'migrated from SETS' end,
                case when sets_active = '01' and no_show = '01' then 'no-show' end,
                case when provisional_id is not null then 'provisional ID' end
            ),
            ''
        ),
        case when profile_source = 'sis_import' then 'imported, not integrated' else 'not known' end
    ) as cause,
    case
        when status = 'reintegrated' then 'close'
        when provisional_id is not null and not has_state_id then 'request'
        when status = 'none' then 'mark'
        when status = 'marked' and is_enrolled is distinct from true then 'enroll'
        when status = 'marked' and not has_state_id then 'request'
        when status = 'marked' and not can_be_imported then 'offer'
        when status = 'marked' then 'import'
        when status = 'imported' and is_marked then 'merge'
        else 'refresh'
    end as todo
from judged
