-- id: {id}
-- title: {Length} funding with a Percent of Day Attended {title_bound}
-- kind: cross
-- source: {source}
-- table: early_childhood
-- columns: preschool_for_all_funding, head_start_funding, title_1_funding, idea_funding, local_funding, tuition_funding
-- reads: early_childhood(sid, home_rcdts, serving_rcdts, school_year, preschool_for_all_funding, head_start_funding,
--   title_1_funding, idea_funding, local_funding, tuition_funding), enrollment(sid, home_rcdts, serving_rcdts,
--   school_year, percent_day_attended)
-- optional: any
-- message: A funding is {Length}, but the Percent of Day Attended of the enrollment is {bound}.
-- expected: another length of funding, or a Percent of Day Attended of {expected}
-- fix: Enter the length that fits the day that the student attends. If the Percent of Day Attended is wrong, exit the
--   enrollment with code 17 and enroll the student again with the right one.
-- note: Each funding is compared by itself; lengths are not added up. Of several enrollments at the same schools in the
--   year one that fits is enough. Expansion funding has no length. An enrollment without a Percent of Day Attended is
--   reported by IL-ENR-010 alone.
select
    _row,
    concat_ws(
        ';',
        case when preschool_for_all_funding is not distinct from '{length}' then 'preschool_for_all_funding' end,
        case when head_start_funding is not distinct from '{length}' then 'head_start_funding' end,
        case when title_1_funding is not distinct from '{length}' then 'title_1_funding' end,
        case when idea_funding is not distinct from '{length}' then 'idea_funding' end,
        case when local_funding is not distinct from '{length}' then 'local_funding' end,
        case when tuition_funding is not distinct from '{length}' then 'tuition_funding' end
    ) as failing,
    case when {met} then true when pdas_unknown = 0 then false end as holds
from childhood_context
where matched
    and '{length}' in (
        preschool_for_all_funding, head_start_funding, title_1_funding, idea_funding, local_funding, tuition_funding
    )
