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
select
    o._row,
    a.sid is not null as holds
from early_childhood_outcomes o
left join prev.early_childhood_outcomes p on p.sid = o.sid and p.school_year = o.school_year and p._last
left join student_active a on a.sid = o.sid
where o.sid not like '~%'
    and (
        p.sid is null
        or o.entry_rating_date is distinct from p.entry_rating_date
        or o.entry_rating_social is distinct from p.entry_rating_social
        or o.entry_rating_knowledge is distinct from p.entry_rating_knowledge
        or o.entry_rating_action is distinct from p.entry_rating_action
        or o.progress_rating_date is distinct from p.progress_rating_date
        or o.progress_rating_social is distinct from p.progress_rating_social
        or o.progress_rating_knowledge is distinct from p.progress_rating_knowledge
        or o.progress_rating_action is distinct from p.progress_rating_action
        or (:lacks_entry_home_rcdts is null and o.entry_home_rcdts is distinct from p.entry_home_rcdts)
        or (:lacks_exit_home_rcdts is null and o.exit_home_rcdts is distinct from p.exit_home_rcdts)
        or (:lacks_made_progress_social is null and o.made_progress_social is distinct from p.made_progress_social)
        or (
            :lacks_made_progress_knowledge is null
            and o.made_progress_knowledge is distinct from p.made_progress_knowledge
        )
        or (:lacks_made_progress_action is null and o.made_progress_action is distinct from p.made_progress_action)
    )
