-- id: IL-EC-004
-- title: The same funding on several active Pre-K enrollments
-- kind: group
-- source: Early Childhood | Selected funding types cannot be on more than one enrollment. This
-- table: early_childhood
-- key: sid
-- grain: key
-- columns: preschool_for_all_funding, preschool_for_all_expansion, head_start_funding, title_1_funding
-- reads: early_childhood(sid, home_rcdts, serving_rcdts, school_year, preschool_for_all_funding,
--   preschool_for_all_expansion, head_start_funding, title_1_funding), enrollment(sid, home_rcdts, serving_rcdts,
--   school_year, exit_date)
-- optional: any
-- message: A funding that can be given once only is selected on the records of {records} active enrollments.
-- expected: Preschool for All, Expansion, Head Start and Title I each on one enrollment only
-- fix: Keep the named funding on the enrollment where it is used and set it to none on the other Early Childhood
--   records; exit an enrollment that has ended.
-- note: Each funding is compared with itself; Preschool for All here and Expansion there is allowed. IDEA, local and
--   tuition funding may be on several enrollments. Only records of enrollments that are active are compared.
with records as (
    select
        _row,
        sid,
        case when preschool_for_all_funding <> 'none' then 1 else 0 end as preschool_for_all,
        case when preschool_for_all_expansion <> 'none' then 1 else 0 end as expansion,
        case when head_start_funding <> 'none' then 1 else 0 end as head_start,
        case when title_1_funding <> 'none' then 1 else 0 end as title_1
    from childhood_context
    where _last and open_count > 0
),
summed as (
    select
        min(_row) as _row,
        sum(preschool_for_all) as preschool_for_all,
        sum(expansion) as expansion,
        sum(head_start) as head_start,
        sum(title_1) as title_1,
        greatest(sum(preschool_for_all), sum(expansion), sum(head_start), sum(title_1)) as records
    from records
    group by sid
)
select
    _row,
    records,
    concat_ws(
        ';',
        case when preschool_for_all not in (0, 1) then 'preschool_for_all_funding' end,
        case when expansion not in (0, 1) then 'preschool_for_all_expansion' end,
        case when head_start not in (0, 1) then 'head_start_funding' end,
        case when title_1 not in (0, 1) then 'title_1_funding' end
    ) as failing,
    records <= 1 as holds
from summed
