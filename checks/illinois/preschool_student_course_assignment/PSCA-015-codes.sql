-- id: IL-PSCA-015
-- title: Preschool course file with another State Course Code
-- kind: row
-- source: Preschool Student Course Assignment | Acceptable State Course Code values are: 73028AEXP, 73028AHSE,
--   73028APFA, 73028APLD, 73028ASPE,
-- effective: 2018-08-07 (added), updated 2018-09-05
-- years: 2019-
-- table: preschool_course_assignment
-- columns: state_course_code
-- reads: preschool_course_assignment(state_course_code)
-- message: The State Course Code of the preschool course is not one of the seven preschool codes.
-- expected: 73028AEXP, 73028AHSE, 73028APFA, 73028APLD, 73028ASPE, 73028ATBP or 73028ATIT
-- fix: Use the preschool code of the funding of the course; send courses that are not preschool as Student Course
--   Assignment.
-- note: Rows of a preschool course file. Those that came in the course file are here because of such a code.
select
    _row,
    coalesce(
        state_course_code in (
            '73028AEXP', '73028AHSE', '73028APFA', '73028APLD', '73028ASPE', '73028ATBP', '73028ATIT'
        ),
        false
    ) as holds
from preschool_context
where not from_course_file
