-- id: IL-EXIT-006
-- title: Pre-K student exited without a course for each funding
-- kind: completeness
-- source: Exit Enrollment | If the exiting student’s Entry/Grade Level is Early Childhood ‘14’, then
-- table: exit_enrollment
-- columns: preschool_for_all_funding, preschool_for_all_expansion, title_1_funding, idea_funding
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code),
--   enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level), early_childhood(sid,
--   home_rcdts, serving_rcdts, school_year, preschool_for_all_funding, preschool_for_all_expansion, title_1_funding,
--   idea_funding), preschool_course_assignment(sid, home_rcdts, serving_rcdts, school_year, state_course_code)
-- optional: any
-- message: The exited Pre-K student has a funding selected on the Early Childhood record for which there is no
--   preschool course.
-- expected: a preschool course for each selected funding
-- fix: Submit a Student Course Assignment for each named funding: 73028APFA for Preschool for All, 73028AEXP for
--   Expansion, 73028ATIT for Title I, 73028ASPE for IDEA; or correct the funding on the Early Childhood record.
-- note: Head Start, local and tuition funding need no course. Course and Early Childhood record are those of the same
--   schools and year; course rows marked erroneous do not count. Exits of the current school year, not erroneous ones.
select
    _row,
    preschool_for_all_funding,
    preschool_for_all_expansion,
    title_1_funding,
    idea_funding,
    without_course as failing,
    without_course = '' as holds
from exit_completeness
where entry_grade_level = '14' and fundings > 0
