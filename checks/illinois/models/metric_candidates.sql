-- model: metric_candidates
-- doc: Students who may be in a denominator: enrolled at a public school in the school year of the metrics in grade 08,
--   in grade 09, or in no known grade. ``eighth``, ``ninth``: which of the two grades it may be.
-- materialize: yes
select
    sid,
    bool_or(entry_grade_level is distinct from '08') as ninth,
    bool_or(entry_grade_level is distinct from '09') as eighth
from metric_enrollments
where school_year = :metric_school_year and not at_private
    and (entry_grade_level in ('08', '09') or entry_grade_level is null)
group by sid
