-- id: IL-ECO-005
-- title: Outcomes record changed after the student has left
-- kind: snapshot
-- severity: warning
-- source: Early Childhood Outcomes | The Early Childhood Outcomes ratings may be submitted to SIS at
-- table: early_childhood_outcomes
-- columns: entry_rating_date, entry_rating_social, entry_rating_knowledge, entry_rating_action, progress_rating_date,
--   progress_rating_social, progress_rating_knowledge, progress_rating_action
-- reads: early_childhood_outcomes(sid, school_year, entry_rating_date, entry_rating_social, entry_rating_knowledge,
--   entry_rating_action, progress_rating_date, progress_rating_social, progress_rating_knowledge,
--   progress_rating_action, entry_home_rcdts, exit_home_rcdts, made_progress_social, made_progress_knowledge,
--   made_progress_action), prev.early_childhood_outcomes(sid, school_year, entry_rating_date, entry_rating_social,
--   entry_rating_knowledge, entry_rating_action, progress_rating_date, progress_rating_social,
--   progress_rating_knowledge, progress_rating_action, entry_home_rcdts, exit_home_rcdts, made_progress_social,
--   made_progress_knowledge, made_progress_action), enrollment(sid, exit_date)
-- optional: entry_home_rcdts, exit_home_rcdts, made_progress_social, made_progress_knowledge, made_progress_action
-- message: The outcomes record is new or differs from the previous snapshot, but the student has no active enrollment.
-- expected: a student who is enrolled
-- fix: Send ratings while the student is enrolled. If the exit is wrong, correct it first; if the student left in the
--   same night in which the rating was sent, nothing is to be done.
-- note: A permission read as a limit, hence a warning. Another sender or day alone is no difference.
with compared as (
    select
        o._row,
        o.sid,
        p.sid is null as is_new,
        concat_ws(
            ';',
            case when o.entry_rating_date is distinct from p.entry_rating_date then 'entry_rating_date' end,
            case when o.entry_rating_social is distinct from p.entry_rating_social then 'entry_rating_social' end,
            case
                when o.entry_rating_knowledge is distinct from p.entry_rating_knowledge
                    then 'entry_rating_knowledge'
            end,
            case when o.entry_rating_action is distinct from p.entry_rating_action then 'entry_rating_action' end,
            case when o.progress_rating_date is distinct from p.progress_rating_date then 'progress_rating_date' end,
            case
                when o.progress_rating_social is distinct from p.progress_rating_social
                    then 'progress_rating_social'
            end,
            case
                when o.progress_rating_knowledge is distinct from p.progress_rating_knowledge
                    then 'progress_rating_knowledge'
            end,
            case
                when o.progress_rating_action is distinct from p.progress_rating_action
                    then 'progress_rating_action'
            end
        ) as ratings,
        concat_ws(
            ';',
            case
                when o.entry_home_rcdts is distinct from p.entry_home_rcdts and :lacks_entry_home_rcdts is null
                    then 'entry_home_rcdts'
            end,
            case
                when o.exit_home_rcdts is distinct from p.exit_home_rcdts and :lacks_exit_home_rcdts is null
                    then 'exit_home_rcdts'
            end,
            case
                when o.made_progress_social is distinct from p.made_progress_social
                    and :lacks_made_progress_social is null
                    then 'made_progress_social'
            end,
            case
                when o.made_progress_knowledge is distinct from p.made_progress_knowledge
                    and :lacks_made_progress_knowledge is null
                    then 'made_progress_knowledge'
            end,
            case
                when o.made_progress_action is distinct from p.made_progress_action
                    and :lacks_made_progress_action is null
                    then 'made_progress_action'
            end
        ) as others
    from early_childhood_outcomes o
    left join prev.early_childhood_outcomes p on p.sid = o.sid and p.school_year = o.school_year and p._last
    where o.sid not like '~%'
)
select
    c._row,
    case when not c.is_new then nullif(c.ratings, '') end as failing,
    a.sid is not null as holds
from compared c
left join student_active a on a.sid = c.sid
where c.is_new or c.ratings <> '' or c.others <> ''
