-- id: IL-ECO-004
-- title: Last rating of an exited Pre-K student is more than 6 months old
-- kind: completeness
-- source: Early Childhood Outcomes | Upon exiting a student’s enrollment an Early Childhood Outcomes Progress Rating
-- table: enrollment
-- columns: progress_rating_date, progress_rating_social, progress_rating_knowledge, progress_rating_action
-- reads: enrollment(sid, school_year, entry_grade_level, exit_date, exit_type_code), early_childhood_outcomes(sid,
--   school_year, entry_rating_date, progress_rating_date, progress_rating_social, progress_rating_knowledge,
--   progress_rating_action)
-- message: The student was exited from Pre-K more than 6 months after the entry rating, and there is no whole progress
--   rating (date and three ratings) of the last 6 months.
-- expected: a progress rating of the 6 months before the Exit Date
-- fix: Add the progress rating (date and three ratings) to the Early Childhood Outcomes record.
-- note: Calendar months, counted back from the Exit Date; a rating that is 6 months old to the day will do. The latest
--   record up to the school year of the enrollment counts; where it has neither rating date, IL-ECO-003 speaks. Private
--   school students are not exempt.
select
    _row,
    progress_rating_date,
    progress_rating_social,
    progress_rating_knowledge,
    progress_rating_action,
    coalesce(entry_rating_date >= exit_date - interval 6 month, false)
        or (
            coalesce(progress_rating_date >= exit_date - interval 6 month, false)
            and progress_rating_social is not null and progress_rating_knowledge is not null
            and progress_rating_action is not null
        ) as holds
from outcomes_at_exit
where entry_rating_date is not null or progress_rating_date is not null
