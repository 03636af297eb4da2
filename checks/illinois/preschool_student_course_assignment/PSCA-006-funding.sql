-- id: IL-PSCA-006
-- title: Preschool course without its funding on the Early Childhood record
-- kind: cross
-- source: Preschool Student Course Assignment | A matching funding source is on the Student’s Early Childhood record
-- effective: 2018-08-07 (added), updated 2018-09-05
-- years: 2019-
-- table: preschool_course_assignment
-- columns: state_course_code
-- reads: preschool_course_assignment(sid, home_rcdts, serving_rcdts, school_year, state_course_code),
--   early_childhood(sid, home_rcdts, serving_rcdts, school_year, preschool_for_all_expansion, head_start_funding,
--   preschool_for_all_funding, local_funding, idea_funding, tuition_funding, title_1_funding),
--   enrollment(sid, home_rcdts, serving_rcdts, school_year)
-- optional: enrollment, preschool_for_all_expansion, head_start_funding, preschool_for_all_funding, local_funding,
--   idea_funding, tuition_funding, title_1_funding
-- message: The Early Childhood record of the student at these schools in this school year does not have the funding
--   that belongs to the State Course Code, or there is no such record.
-- expected: the funding of the course on the Early Childhood record
-- fix: Enter the funding on the Early Childhood record (73028AEXP Expansion, 73028AHSE Head Start, 73028APFA Preschool
--   for All, 73028APLD Local, 73028ASPE IDEA, 73028ATBP Tuition, 73028ATIT Title I), or correct the State Course Code.
-- note: The funding of a code is our reading of its ending. A funding left empty is none; one that the extract does not
--   supply is not judged. Rows without a matching enrollment are reported by the rules on matching alone. Preschool
--   courses that came in the course file are judged too.
select _row, case when childhood_known then coalesce(funding <> 'none', false) end as holds
from preschool_context
where (matched or :lacks_enrollment is not null) and case funding_column
    when 'preschool_for_all_expansion' then :lacks_preschool_for_all_expansion is null
    when 'head_start_funding' then :lacks_head_start_funding is null
    when 'preschool_for_all_funding' then :lacks_preschool_for_all_funding is null
    when 'local_funding' then :lacks_local_funding is null
    when 'idea_funding' then :lacks_idea_funding is null
    when 'tuition_funding' then :lacks_tuition_funding is null
    when 'title_1_funding' then :lacks_title_1_funding is null
end
