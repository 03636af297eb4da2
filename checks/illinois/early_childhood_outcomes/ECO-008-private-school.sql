-- id: IL-ECO-008
-- title: Rating 98 of a student who is not in a private school
-- kind: cross
-- source: Early Childhood Outcomes | Only Private School Student = ‘yes’ can select code 98 –
-- table: early_childhood_outcomes
-- columns: entry_rating_social, entry_rating_knowledge, entry_rating_action, progress_rating_social,
--   progress_rating_knowledge, progress_rating_action
-- reads: early_childhood_outcomes(sid, school_year, entry_rating_social, entry_rating_knowledge, entry_rating_action,
--   progress_rating_social, progress_rating_knowledge, progress_rating_action), student(sid, private_school_student)
-- optional: any
-- message: A rating is 98, which is for private school students only, but Private School Student is not 01 (Yes).
-- expected: a rating of 1 to 7, or Private School Student 01
-- fix: Enter the rating, or set Private School Student to 01 in the demographics file.
-- note: Records of the current school year, as Private School Student is known of today only. A private school student
--   may have real ratings too.
with private_ratings as (
    select
        _row,
        sid,
        concat_ws(
            ';',
            case when entry_rating_social = '98' then 'entry_rating_social' end,
            case when entry_rating_knowledge = '98' then 'entry_rating_knowledge' end,
            case when entry_rating_action = '98' then 'entry_rating_action' end,
            case when progress_rating_social = '98' then 'progress_rating_social' end,
            case when progress_rating_knowledge = '98' then 'progress_rating_knowledge' end,
            case when progress_rating_action = '98' then 'progress_rating_action' end
        ) as failing
    from early_childhood_outcomes
    where school_year = :current_school_year
)
select
    r._row,
    r.failing,
    case when s.sid is not null then s.private_school_student is not distinct from '01' end as holds
from private_ratings r
left join student s on s.sid = r.sid and s._last
where r.failing <> ''
