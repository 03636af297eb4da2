-- model: prenatal_next
-- doc: Prenatal records and those of the same Prenatal ID in the next fiscal year. ``next_known``: there is one (null
--   where a missing Prenatal ID or fiscal year may hide it); ``next_was_there``: it is in the previous snapshot;
--   ``dates_equal``: its Due Date and Services Start Date are those of this record, or empty in both.
with undated as (
    select distinct prenatal_id from prenatal where _last and fiscal_year is null
)
select
    o.*,
    case
        when n._row is not null then true
        when o.prenatal_id is not null and o.fiscal_year is not null and u.prenatal_id is null then false
    end as next_known,
    p._row is not null as next_was_there,
    coalesce(n.due_date = o.due_date, case when n.due_date is null and o.due_date is null then true end)
        and coalesce(
            n.services_start_date = o.services_start_date,
            case when n.services_start_date is null and o.services_start_date is null then true end
        ) as dates_equal
from prenatal o
left join prenatal n on n.prenatal_id = o.prenatal_id and n.fiscal_year = o.fiscal_year + 1 and n._last
left join prev.prenatal p on p.prenatal_id = n.prenatal_id and p.fiscal_year = n.fiscal_year and p._last
left join undated u on u.prenatal_id = o.prenatal_id
