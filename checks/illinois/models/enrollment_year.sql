-- model: enrollment_year
-- doc: Enrollments summed up by student, home school, serving school and school year, the key by which other records
--   match an enrollment (G5). ``match_key``: this key as one number, hash(sid, home_rcdts, serving_rcdts, school_year);
--   an enrollment that lacks part of it is left out. To compare it takes half the time that four columns take; that a
--   course of a whole state shares its number of 64 bits with an enrollment of another key happens once in 100 million
--   runs. ``valid``: number of those that are not erroneous; all that follows is of these only. ``last_graded_exit``:
--   last exit from grade 03 to 12. ``first_school_entry``: first entry into another grade than Birth to 3.
--   ``only_prek``: all are Pre-K. ``top_pda``: the largest Percent of Day Attended; ``whole_days``: how many of them
--   are 1.00.
-- materialize: yes
with marked as not materialized (
    select *, exit_type_code is distinct from '99' as counts
    from enrollments_split
    where home_rcdts is not null and serving_rcdts is not null and school_year is not null
),
-- What a single enrollment says; an erroneous one says nothing.
single as not materialized (
    select
        again,
        hash(sid, home_rcdts, serving_rcdts, school_year) as match_key,
        case when counts then 1 else 0 end as valid,
        case when counts then enrollment_date end as first_entry,
        case when counts and enrollment_date is null then 1 else 0 end as entries_unknown,
        case when counts then exit_date end as last_exit,
        case when counts and exit_date is null then 1 else 0 end as open_count,
        case
            when counts and entry_grade_level in ('03', '04', '05', '06', '07', '08', '09', '10', '11', '12')
                then exit_date
        end as last_graded_exit,
        case when counts and entry_grade_level is distinct from '00' then enrollment_date end as first_school_entry,
        case when counts then entry_grade_level is not distinct from '14' end as only_prek,
        case when counts then percent_day_attended end as top_pda,
        case when counts and percent_day_attended = 1 then 1 else 0 end as whole_days,
        case when counts and percent_day_attended is null then 1 else 0 end as pdas_unknown
    from marked
)
select
    match_key,
    valid,
    first_entry,
    entries_unknown,
    last_exit,
    open_count,
    last_graded_exit,
    first_school_entry,
    only_prek,
    top_pda,
    whole_days,
    pdas_unknown
from single
where not again
union all
select
    match_key,
    sum(valid)::integer,
    min(first_entry),
    sum(entries_unknown)::integer,
    max(last_exit),
    sum(open_count)::integer,
    max(last_graded_exit),
    min(first_school_entry),
    bool_and(only_prek),
    max(top_pda),
    sum(whole_days)::integer,
    sum(pdas_unknown)::integer
from single
where again
group by match_key
