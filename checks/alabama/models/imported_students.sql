-- model: imported_students
-- doc: Rows of the General Student Table (every copy) with a profile of the person that is marked with D and one that was
--   imported. ``is_integrated``: an imported one has the State ID of the row and an IntegrationIDT.
with same_person as (
    select g._row, p.student_id, p.state_id = g.state_id as has_state_id, p.profile_source, p.integration_idt
    from al_general_student g
    join al_sp_profile p on p.state_id = g.state_id and p._last
    union all
    select g._row, p.student_id, false as has_state_id, p.profile_source, p.integration_idt
    from al_general_student g
    join al_sp_profile p
        on lower(trim(p.legal_last_name)) = lower(trim(g.legal_last_name))
        and lower(trim(p.legal_first_name)) = lower(trim(g.legal_first_name))
        and p.birth_date = g.birth_date and p._last
    where p.state_id is null
)
select
    _row,
    bool_or(has_state_id and integration_idt is not null)
        filter (profile_source = 'sis_import' and student_id not like 'D%') as is_integrated
from same_person
group by _row
having bool_or(student_id like 'D%')
    and coalesce(bool_or(profile_source = 'sis_import' and student_id not like 'D%'), false)
