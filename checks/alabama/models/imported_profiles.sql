-- model: imported_profiles
-- doc: Profiles (every copy) that were imported from the SIS or are the target of a merge, and what makes a State ID
--   valid. ``is_alone``: no other active profile without D has it. ``problem``: the first thing that is wrong with it.
with targets as (
    select distinct target_student_id from al_merge
),
provisional as (
    select provisional_id from al_sp_profile where provisional_id is not null
    union
    select provisional_id from al_sis_student where provisional_id is not null
),
shared as (
    select state_id
    from al_sp_profile
    where _last and is_active = '01' and state_id is not null and student_id not like 'D%'
    group by state_id
    having count(*) > 1
),
judged as (
    select
        p._row,
        p.state_id is not null as is_filled,
        coalesce(not regexp_matches(p.state_id, '[^0-9]'), false) as is_digits,
        coalesce(length(p.state_id) = :state_id_length, true) as has_length,
        v.provisional_id is null as is_no_provisional,
        s.state_id is not null as is_in_sis,
        h.state_id is null or p.is_active is distinct from '01' or p.student_id like 'D%' as is_alone
    from al_sp_profile p
    left join targets t on t.target_student_id = p.student_id
    left join provisional v on v.provisional_id = p.state_id
    left join al_sis_student s on s.state_id = p.state_id and s._last
    left join shared h on h.state_id = p.state_id
    where p.profile_source = 'sis_import' or t.target_student_id is not null
)
select
    judged.*,
    case
        when not is_filled then 'is empty'
        when not is_no_provisional then 'is a provisional ID'
        when not is_digits then 'holds other characters than digits'
        when not has_length then 'has too many or too few digits'
        when not is_in_sis then 'is unknown in the SIS'
        else 'is that of another active profile too'
    end as problem
from judged
