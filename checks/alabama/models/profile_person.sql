-- model: profile_person
-- doc: Profiles (every copy) and what the SIS says of the person. ``is_marked``: D stands in front of the student id.
--   ``is_enrolled``: true, false, or null where it can't be told: the SIS row has no status, the profile has neither
--   State ID nor all of name and birth date, or the SIS has the name without a birth date. ``enrolled_on``: first day of
--   a completed enrollment. ``sis_state_id``: State ID of the person in the SIS.
-- materialize: yes
with sis as (
    select
        profile_row,
        min(state_id) as sis_state_id,
        min(enrollment_date) as enrolled_on,
        max(enrollment_status) as enrollment_status,
        case
            when bool_or(enrollment_status = 'enrolled') then true
            when count(enrollment_status) = count(*) then false
        end as is_enrolled
    from sis_matches
    group by profile_row
),
dateless as (
    select distinct lower(trim(legal_last_name)) as last_name, lower(trim(legal_first_name)) as first_name
    from al_sis_student
    where _last and birth_date is null
)
select
    p.*,
    p.student_id like 'D%' as is_marked,
    s.profile_row is not null as in_sis,
    s.sis_state_id,
    s.enrolled_on,
    s.enrollment_status,
    case
        when s.profile_row is not null then s.is_enrolled
        when p.state_id is not null then false
        when p.legal_last_name is null or p.legal_first_name is null or p.birth_date is null then null
        when d.last_name is not null then null
        else false
    end as is_enrolled
from al_sp_profile p
left join sis s on s.profile_row = p._row
left join dateless d
    on d.last_name = lower(trim(p.legal_last_name)) and d.first_name = lower(trim(p.legal_first_name))
