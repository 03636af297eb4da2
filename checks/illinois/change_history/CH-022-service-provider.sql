-- id: IL-CH-022
-- title: Service Provider is no known entity
-- kind: cross
-- severity: warning
-- source: Change History | 7. Added Service Provider Validations
-- effective: 2014-07-23
-- table: student_course_assignment
-- columns: service_provider_rcdts
-- reads: student_course_assignment(service_provider_rcdts), entity(rcdts)
-- message: No entity has the RCDTS that is given as Service Provider.
-- expected: the RCDTS of an entity
-- fix: Correct the RCDTS of the Service Provider (all 15 characters), or leave it empty if there is none.
-- note: The change history names such validations, but not what they test; this least one is our own reading. Preschool
--   courses that came with the student courses are judged as those.
select c._row, n.rcdts is not null as holds
from student_course_assignment c
left join entity n on n.rcdts = c.service_provider_rcdts and n._last
where c.service_provider_rcdts is not null and c.final_letter_grade_code is distinct from '99'

-- table: preschool_course_assignment
-- reads: preschool_course_assignment(service_provider_rcdts), entity(rcdts)
select p._row, n.rcdts is not null as holds
from preschool_course_assignment p
left join entity n on n.rcdts = p.service_provider_rcdts and n._last
where p.service_provider_rcdts is not null and p.final_letter_grade_code is distinct from '99'
    and not exists (
        -- the same row has the same provider: the rest of the large table need not be read
        select 1 from student_course_assignment c where c._row = p._row and c.service_provider_rcdts is not null
    )
