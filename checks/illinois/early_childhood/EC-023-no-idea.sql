-- id: IL-EC-023
-- title: IDEA data on the Early Childhood record of a child without IDEA services
-- kind: cross
-- source: Early Childhood | When IDEA Services is “no” and Private School Student is “no”
-- table: early_childhood
-- columns: idea_services_received, in_classroom_idea, idea_funding
-- reads: early_childhood(sid, school_year, idea_services_received, in_classroom_idea, idea_funding), student(sid,
--   idea_services_indicator, private_school_student)
-- message: The student has neither IDEA Services nor attends a private school, but IDEA Services Received, In Classroom
--   IDEA or IDEA funding is not No.
-- expected: 02, 02 and no IDEA funding
-- fix: Set IDEA Services Received and In Classroom IDEA to 02 and IDEA funding to none; or set the student's IDEA
--   Services to 01 if the child has an IEP.
-- note: Records of the current school year. An empty answer is not 02; an empty funding is none.
select
    _row,
    concat_ws(
        ';',
        case when idea_services_received is distinct from '02' then 'idea_services_received' end,
        case when in_classroom_idea is distinct from '02' then 'in_classroom_idea' end,
        case when coalesce(idea_funding, 'none') is distinct from 'none' then 'idea_funding' end
    ) as failing,
    idea_services_received is not distinct from '02' and in_classroom_idea is not distinct from '02'
        and coalesce(idea_funding, 'none') = 'none' as holds
from childhood_context
where is_current and idea_services_indicator = '02' and private_school_student = '02'
