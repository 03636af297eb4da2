-- table: early_childhood_outcomes
-- doc: Outcomes rows in which a rating of 99 (erroneous) is empty, for all rules alike (G19).
-- from: early_childhood_outcomes
select o.* replace (
    nullif(o.entry_rating_social, '99') as entry_rating_social,
    nullif(o.entry_rating_knowledge, '99') as entry_rating_knowledge,
    nullif(o.entry_rating_action, '99') as entry_rating_action,
    nullif(o.progress_rating_social, '99') as progress_rating_social,
    nullif(o.progress_rating_knowledge, '99') as progress_rating_knowledge,
    nullif(o.progress_rating_action, '99') as progress_rating_action
)
from raw_early_childhood_outcomes o
