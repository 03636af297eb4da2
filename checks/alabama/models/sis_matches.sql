-- model: sis_matches
-- doc: Pairs of a profile (every copy) and a SIS row that are the same person: the same State ID; where the profile has
--   none, the same last and first name (case does not count) and birth date.
-- materialize: yes
select
    p._row as profile_row, s._row as sis_row, s.state_id, s.enrollment_status, s.enrollment_date
from al_sp_profile p
join al_sis_student s on s.state_id = p.state_id and s._last
union all
select
    p._row as profile_row, s._row as sis_row, s.state_id, s.enrollment_status, s.enrollment_date
from al_sp_profile p
join al_sis_student s
    on lower(trim(s.legal_last_name)) = lower(trim(p.legal_last_name))
    and lower(trim(s.legal_first_name)) = lower(trim(p.legal_first_name))
    and s.birth_date = p.birth_date and s._last
where p.state_id is null
