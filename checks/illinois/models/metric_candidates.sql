-- model: metric_candidates
-- doc: Students who may be in a denominator: enrolled in the school year of the metrics in grade 08, in grade 09, or in
--   no known grade. ``eighth``, ``ninth``: which of the two grades it may be at a public school.
-- materialize: yes
-- stands: student sid
select
    e.sid,
    bool_or(h.entity_type is distinct from 'private' and e.entry_grade_level is distinct from '08') as ninth,
    bool_or(h.entity_type is distinct from 'private' and e.entry_grade_level is distinct from '09') as eighth
from enrollments e
left join entity h on h.rcdts = e.home_rcdts and h._last
where e.sid is not null and e.school_year = :metric_school_year
    and (e.entry_grade_level in ('08', '09') or e.entry_grade_level is null)
group by e.sid
