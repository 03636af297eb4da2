-- id: IL-EC-035
-- title: Pre-K student with IDEA services without IDEA funding
-- kind: cross
-- source: Early Childhood | When IDEA Services is “yes” then IDEA Funding must be “Half
-- table: early_childhood
-- columns: idea_funding
-- reads: early_childhood(sid, school_year, idea_funding), student(sid, idea_services_indicator), enrollment(sid,
--   entry_grade_level, school_year, exit_date)
-- message: The student has IDEA Services, but the Early Childhood record has no IDEA funding.
-- expected: half day, full day, partial day or less than half day
-- fix: Enter the length of the IDEA funding, or correct the student's IDEA Services.
-- note: Private school students too. Records of the current school year. A student with several active Pre-K
--   enrollments needs the funding on one of them only; that is IL-EC-006. Yes, as older files say it without a length,
--   is enough.
select
    _row,
    coalesce(idea_funding, 'none') in ('half_day', 'full_day', 'partial_day', 'less_than_half_day', 'selected') as holds
from childhood_context
where is_current and idea_services_indicator = '01' and current_prek_count < 2
