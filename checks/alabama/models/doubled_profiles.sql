-- model: doubled_profiles
-- doc: Profiles (every copy) that may stand beside another one of the same person: those marked with D whose person has
--   an imported profile, and active ones with a State ID. ``is_left``: not merged, or merged and still active;
--   ``shares_state_id``: another active profile has the State ID (for a profile without D: another one without D).
with active as (
    select state_id, count(*) as profiles, count(*) filter (student_id not like 'D%') as unmarked
    from al_sp_profile
    where _last and is_active = '01' and state_id is not null
    group by state_id
)
select
    p._row,
    coalesce(m.has_import and not (m.is_merged and p.is_active is not distinct from '02'), false) as is_left,
    coalesce(
        p.is_active = '01' and case when p.student_id like 'D%' then a.profiles > 1 else a.unmarked > 1 end, false
    ) as shares_state_id
from al_sp_profile p
left join marked_profiles m on m._row = p._row
left join active a on a.state_id = p.state_id
where m.has_import or (p.is_active = '01' and p.state_id is not null)
