-- model: provisional_profiles
-- doc: Profiles (every copy). ``is_listed``: the profile stands for a person with a provisional ID; of several profiles
--   of a person the first.
with known as (
    select
        _row, provisional_id,
        coalesce(state_id, sis_state_id,
            lower(trim(legal_last_name)) || '|' || lower(trim(legal_first_name)) || '|' || birth_date::varchar,
            student_id) as person
    from profile_person
)
select
    _row,
    provisional_id is not null
        and row_number() over (partition by person, provisional_id is null order by _row) = 1 as is_listed
from known
