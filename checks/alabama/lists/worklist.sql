-- list: worklist
-- title: Work list
-- lead: Every profile without IntegrationIDT or with a provisional ID, once: why, how far it has come, what is to be
--   done next, and by whom. Inactive profiles are listed only if the student is enrolled in the SIS.
-- reads: al_sp_profile(student_id, integration_idt, provisional_id, is_active)
-- names: legal_last_name, legal_first_name
-- groups: for_whom, next_step
-- order: for_whom, next_step, student_id
select
    _row,
    student_id,
    state_id,
    legal_last_name,
    legal_first_name,
    birth_date,
    cause,
    status,
    case todo
        when 'close' then 'Make sure that the profile with D is gone or inactive'
        when 'request' then 'Request a State ID'
        when 'mark' then 'Put D in front of the student id'
        when 'enroll' then 'Enroll the student in the SIS'
        when 'offer' then 'Bring the student into the General Student Table'
        when 'import' then 'Import the student from the General Student Table'
        when 'merge' then 'Merge the profile with D into the imported one'
        else 'Save and refresh the imported profile'
    end as next_step,
    case
        when todo in ('request', 'offer') then 'SIS administrator or data manager'
        when todo = 'enroll' then 'School that enrolls'
        when todo in ('mark', 'import') then 'Special Programs user'
        else 'Security administrator'
    end as for_whom
from work_list
