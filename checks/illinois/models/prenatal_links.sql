-- model: prenatal_links
-- doc: Matches of a child to a prenatal record, with the child, the latest record of the Prenatal ID and the child's
--   latest Birth to 3 records. ``student_known``, ``record_known``: whether they exist; null where the match does not
--   name them. ``from_home``: the sender is the district of a home school of these Birth to 3 records.
with latest as (
    select *
    from prenatal
    where _last and prenatal_id is not null
    qualify row_number() over (partition by prenatal_id order by fiscal_year desc nulls last, _row desc) = 1
),
latest_programs as (
    select sid, left(home_rcdts, 11) as rcdt
    from birth_to_3
    where _last and sid is not null
    qualify rank() over (partition by sid order by school_year desc nulls last) = 1
),
homes as (
    select
        m._row,
        case
            when bool_or(b.rcdt = left(m.submitter_rcdt, 11)) then true
            when count(b.rcdt) = count(*) then false
        end as from_home
    from prenatal_match m
    join latest_programs b on b.sid = m.sid
    group by m._row
)
select
    m.*,
    case when m.sid is not null then s.sid is not null end as student_known,
    case when m.prenatal_id is not null then p._row is not null end as record_known,
    s.birth_date,
    p.delivery_date,
    p.exit_reason,
    p.exit_date,
    p.birthed_children_count,
    case when h._row is not null then h.from_home when m.sid is not null then false end as from_home
from prenatal_match m
left join student s on s.sid = m.sid and s._last
left join latest p on p.prenatal_id = m.prenatal_id
left join homes h on h._row = m._row
