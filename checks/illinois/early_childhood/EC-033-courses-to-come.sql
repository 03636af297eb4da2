-- id: IL-EC-033
-- title: Pre-K funding for which there is no preschool course yet
-- severity: warning
-- kind: completeness
-- source: Early Childhood | All enrollments must have a student course assignment for each funding
-- table: early_childhood
-- columns: preschool_for_all_funding, preschool_for_all_expansion, title_1_funding, idea_funding
-- reads: early_childhood(sid, home_rcdts, serving_rcdts, school_year, preschool_for_all_funding,
--   preschool_for_all_expansion, title_1_funding, idea_funding), preschool_course_assignment(sid, home_rcdts,
--   serving_rcdts, school_year, state_course_code), enrollment(sid, home_rcdts, serving_rcdts, school_year, exit_date)
-- optional: any
-- message: A selected funding of this active enrollment has no preschool course.
-- expected: a preschool course for each selected funding
-- fix: Submit a Student Course Assignment for each named funding: 73028APFA for Preschool for All, 73028AEXP for
--   Expansion, 73028ATIT for Title I, 73028ASPE for IDEA; or correct the funding. It must be there when the student is
--   exited.
-- note: Head Start, local and tuition funding need no course. A warning as long as the enrollment is open; at the exit
--   IL-EXIT-006 makes it an error. Course rows marked erroneous do not count.
select
    f._row,
    f.without_course as failing,
    f.without_course = '' as holds
from funding_courses f
join enrollment_year y
    on y.match_key = hash(f.sid, f.home_rcdts, f.serving_rcdts, f.school_year)
where f.fundings > 0 and y.open_count > 0
