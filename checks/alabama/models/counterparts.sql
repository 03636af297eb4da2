-- model: counterparts
-- doc: Pairs of a profile marked with D (every copy) and another profile of the same person: the same State ID; where
--   one of the two has none, the same last and first name (case does not count) and birth date.
-- materialize: yes
with marked as (
    select * from al_sp_profile where student_id like 'D%'
)
select
    d._row, o.student_id, o.student_id like 'D%' as is_marked, o.profile_source, o.is_active, o.integration_idt
from marked d
join al_sp_profile o on o.state_id = d.state_id and o.student_id <> d.student_id and o._last
union all
select
    d._row, o.student_id, o.student_id like 'D%' as is_marked, o.profile_source, o.is_active, o.integration_idt
from marked d
join al_sp_profile o
    on lower(trim(o.legal_last_name)) = lower(trim(d.legal_last_name))
    and lower(trim(o.legal_first_name)) = lower(trim(d.legal_first_name))
    and o.birth_date = d.birth_date and o.student_id <> d.student_id and o._last
where d.state_id is null or o.state_id is null
