-- model: metric_population
-- doc: Every student with an enrollment, of any year. ``of_year``: some enrollment of the school year of the metrics is
--   not erroneous; ``erroneous``: there are erroneous ones only.
-- materialize: yes
select
    sid,
    coalesce(bool_or(school_year = :metric_school_year and exit_type_code is distinct from '99'), false) as of_year,
    coalesce(
        bool_or(school_year = :metric_school_year and exit_type_code = '99')
        and not bool_or(school_year = :metric_school_year and exit_type_code is distinct from '99'), false
    ) as erroneous
from enrollment
where _last and sid is not null
group by sid
