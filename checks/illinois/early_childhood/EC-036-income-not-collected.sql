-- id: IL-EC-036
-- title: Household income not collected without a reason that allows it
-- kind: cross
-- source: Early Childhood | Household Income Criteria, code 07 – Did Not Collect, is ONLY
-- effective: 2018-08-30, updated 2018-09-05
-- years: 2019-
-- table: early_childhood
-- columns: household_income_criteria
-- reads: early_childhood(sid, school_year, household_income_criteria, local_funding, tuition_funding, idea_funding),
--   student(sid, homeless_indicator, youth_in_care_indicator)
-- message: The Household Income Criteria say 07 (Did Not Collect), but the child has neither local nor tuition nor IDEA
--   funding and is neither homeless nor in care.
-- expected: an income level
-- fix: Ask the family for the household income and enter its level; or correct the funding or the student's indicators.
-- note: Records of the current school year. A funding counts when it is other than none.
select
    _row,
    coalesce(local_funding <> 'none', false) or coalesce(tuition_funding <> 'none', false)
        or coalesce(idea_funding <> 'none', false) or homeless_indicator = '01' or youth_in_care_indicator = '01'
        as holds
from childhood_context
where is_current_since_2019 and household_income_criteria = '07'
