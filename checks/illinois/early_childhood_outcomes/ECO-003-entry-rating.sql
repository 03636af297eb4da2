-- id: IL-ECO-003
-- title: Pre-K student exited without a whole entry rating
-- kind: completeness
-- source: Early Childhood Outcomes | An Early Childhood Outcomes “Entry Rating” Is mandatory before the student’s
-- table: enrollment
-- columns: entry_rating_date, entry_rating_social, entry_rating_knowledge, entry_rating_action
-- reads: enrollment(sid, school_year, entry_grade_level, exit_date, exit_type_code), early_childhood_outcomes(sid,
--   school_year, entry_rating_date, entry_rating_social, entry_rating_knowledge, entry_rating_action)
-- message: The student was exited from Pre-K, but the Early Childhood Outcomes record lacks the entry rating date or an
--   entry rating (99 counts as empty), or the date is after the Exit Date.
-- expected: entry rating date up to the Exit Date, and three entry ratings
-- fix: Complete or correct the entry rating in the Early Childhood Outcomes record.
-- note: The latest record up to the school year of the enrollment counts. Students without any record are reported by
--   IL-ECO-002 and IL-EXIT-016.
with judged as (
    select
        _row,
        entry_rating_date,
        entry_rating_social,
        entry_rating_knowledge,
        entry_rating_action,
        concat_ws(
            ';',
            case when not coalesce(entry_rating_date <= exit_date, false) then 'entry_rating_date' end,
            case when entry_rating_social is null then 'entry_rating_social' end,
            case when entry_rating_knowledge is null then 'entry_rating_knowledge' end,
            case when entry_rating_action is null then 'entry_rating_action' end
        ) as failing
    from outcomes_at_exit
)
select
    _row,
    entry_rating_date,
    entry_rating_social,
    entry_rating_knowledge,
    entry_rating_action,
    failing,
    failing = '' as holds
from judged
