-- model: provisional_students
-- doc: SIS students (every copy). ``is_listed``: the student has a provisional ID and no profile that is listed for one.
select
    s._row,
    s.provisional_id is not null
        and not exists (
            select 1
            from sis_matches x
            join al_sp_profile p on p._row = x.profile_row
            where x.sis_row = s._row and p.provisional_id is not null
        ) as is_listed
from al_sis_student s
