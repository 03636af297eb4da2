-- id: IL-EC-029
-- title: Household income not collected although Preschool for All or Head Start funds the child
-- kind: cross
-- source: Early Childhood | If Preschool For All Classroom or Head Start Funding is “Half
-- effective: 2018-08-30, updated 2018-09-05
-- years: 2019-
-- table: early_childhood
-- columns: household_income_criteria
-- reads: early_childhood(sid, school_year, preschool_for_all_funding, head_start_funding, household_income_criteria),
--   student(sid, homeless_indicator, youth_in_care_indicator, idea_services_indicator)
-- message: The child is funded by Preschool for All or Head Start and is neither homeless nor in care nor has IDEA
--   Services, but the Household Income Criteria say 07 (Did Not Collect).
-- expected: an income level
-- fix: Ask the family for the household income and enter its level; or correct the funding or the student's indicators.
-- note: Records of the current school year. Local or tuition funding beside it does not excuse 07 here, though
--   IL-EC-036 alone would allow it.
select _row, household_income_criteria is distinct from '07' as holds
from childhood_context
where is_current_since_2019
    and (preschool_for_all_funding <> 'none' or head_start_funding <> 'none')
    and homeless_indicator = '02' and youth_in_care_indicator = '02' and idea_services_indicator = '02'
