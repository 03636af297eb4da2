-- model: metric_outside
-- doc: Students who can be in no denominator: with an enrollment of any year, but no candidates. ``code``: why, as the
--   definitions word it: 1 (other grades only), 2 (all enrollments of the year are erroneous), 3 (none in the year).
-- materialize: yes
-- stands: student sid
select
    sid,
    min(
        case
            when school_year = :metric_school_year and exit_type_code is distinct from '99' then 1
            when school_year = :metric_school_year then 2
            else 3
        end
    )::utinyint as code
from enrollment
where _last and sid is not null and sid not in (select sid from metric_candidates)
group by sid
