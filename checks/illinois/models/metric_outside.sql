-- model: metric_outside
-- doc: Students who can be in no denominator: with an enrollment of any year, but no candidates. ``code``: why, as the
--   definitions word it: 1 (other grades only), 2 (all enrollments of the year are erroneous), 3 (none in the year).
-- materialize: yes
-- stands: student sid
with coded as not materialized (
    select
        again,
        sid,
        case
            when school_year = :metric_school_year and exit_type_code is distinct from '99' then 1
            when school_year = :metric_school_year then 2
            else 3
        end::utinyint as code
    from enrollments_split
    where sid not in (select sid from metric_candidates)
)
select sid, code
from coded
where not again
union all
select sid, min(code)
from coded
where again
group by sid
