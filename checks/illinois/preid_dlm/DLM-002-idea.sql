-- id: IL-DLM-002
-- title: DLM-AA Pre-ID of a student without IDEA services
-- kind: cross
-- source: DLM-AA Pre-ID | Student must be IDEA Services = Yes
-- table: preid_dlm
-- columns: idea_services_indicator
-- reads: preid_dlm(sid), student(sid, idea_services_indicator)
-- message: The student is listed for the alternate assessment, but IDEA Services of the student is not 01 (Yes).
-- expected: 01
-- fix: Set IDEA Services of the student to 01, or take the student out of the list.
-- note: Rows of the current school year, since the indicator is of today; without a school year, students who are
--   enrolled now. An empty indicator is not Yes. A student whom the extract does not know can't be told.
select
    _row,
    idea_services_indicator,
    case when student_known then coalesce(idea_services_indicator = '01', false) end as holds
from preid_context
where source = 'preid_dlm' and is_present
