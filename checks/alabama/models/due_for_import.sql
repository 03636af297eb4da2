-- model: due_for_import
-- doc: SIS students (every copy) with a profile marked with D. ``is_valid``: the State ID is filled, all digits and no
--   provisional ID. ``can_be_imported``: the General Student Table has the student.
with provisional as (
    select provisional_id from al_sp_profile where provisional_id is not null
    union
    select provisional_id from al_sis_student where provisional_id is not null
)
select
    s._row,
    s.enrollment_status,
    coalesce(not regexp_matches(s.state_id, '[^0-9]'), false) and v.provisional_id is null as is_valid,
    exists (select 1 from al_general_student g where g.state_id = s.state_id) as can_be_imported
from al_sis_student s
left join provisional v on v.provisional_id = s.state_id
where exists (
    select 1
    from sis_matches x
    join al_sp_profile p on p._row = x.profile_row
    where x.sis_row = s._row and p.student_id like 'D%'
)
