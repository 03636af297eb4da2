-- id: IL-EXIT-007
-- title: Aged Out or Certificate of Completion outside IDEA or grades 11 and 12
-- kind: cross
-- source: Exit Enrollment | A student must be IDEA Services = ‘Yes’ and in Grades
-- table: exit_enrollment
-- columns: exit_type_code, idea_services_indicator, entry_grade_level
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_type_code), enrollment(sid,
--   home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level), student(sid, idea_services_indicator)
-- message: Exit types 14 (Aged Out) and 15 (Certificate of Completion) are for students with IDEA Services in grade 11
--   or 12; this student is in another grade or has no IDEA Services.
-- expected: IDEA Services 01 and grade 11 or 12
-- fix: Choose another Exit Type, or correct IDEA Services or the Entry/Grade Level of the enrollment.
-- note: Exits of the current school year, because IDEA Services is a present state. Where the student is not in the
--   extract, only the grade is judged.
select
    _row,
    idea_services_indicator,
    entry_grade_level,
    coalesce(entry_grade_level in ('11', '12'), false)
        and case when student_known then coalesce(idea_services_indicator = '01', false) end as holds
from exit_context
where is_current and enrollment_known and exit_type_code in ('14', '15')
