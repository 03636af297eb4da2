-- id: IL-RSSP-002
-- title: Serving school of an RSSP record is no Regional Safe School
-- kind: cross
-- source: Regional Safe Schools Program (RSSP) | Serving RCDTS must be identified as Regional Safe School
-- effective: 2013-06-27 (section added)
-- table: rssp
-- columns: serving_rcdts, entity_type
-- reads: rssp(serving_rcdts), entity(rcdts, entity_type)
-- message: The entity of the Serving RCDTS is of another type than Regional Safe School.
-- expected: a Regional Safe School
-- fix: Correct the Serving RCDTS of the RSSP record, or remove the record if the student does not attend a Regional
--   Safe School.
-- note: It can't be told for an entity that the table of entities lacks, or whose type it lacks.
select r._row, n.entity_type, n.entity_type = 'regional_safe_school' as holds
from rssp r
left join entity n on n.rcdts = r.serving_rcdts and n._last
