-- model: merges
-- doc: The merge log (every copy) with the target profile and the SIS student of its State ID. ``is_known``: the target
--   profile is there. ``agrees_with_sis``: its names (case does not count) and birth date are those of the SIS; null
--   where the SIS does not say.
select
    m.*,
    t.student_id is not null as is_known,
    t.integration_idt,
    t.provisional_id,
    t.profile_source,
    t.profile_created_date,
    t.state_id,
    t.is_enrolled,
    t.legal_first_name,
    t.legal_last_name,
    t.birth_date,
    s.state_id is not null as has_sis_state_id,
    case when s.legal_last_name is not null
        then lower(trim(t.legal_last_name)) is not distinct from lower(trim(s.legal_last_name)) end as same_last_name,
    case when s.legal_first_name is not null
        then lower(trim(t.legal_first_name)) is not distinct from lower(trim(s.legal_first_name)) end as same_first_name,
    case when s.birth_date is not null then t.birth_date is not distinct from s.birth_date end as same_birth_date
from al_merge m
left join profile_person t on t.student_id = m.target_student_id and t._last
left join al_sis_student s on s.state_id = t.state_id and s._last
