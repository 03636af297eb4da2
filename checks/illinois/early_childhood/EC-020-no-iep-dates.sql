-- id: IL-EC-020
-- title: Referred child without IDEA services has IEP Completion Date or Date Services Began
-- kind: cross
-- source: Early Childhood | If the IDEA Services is 02 ‘No’, the remaining fields
-- table: early_childhood
-- columns: iep_completion_date, services_began_date
-- reads: early_childhood(sid, school_year, early_intervention, referral_by_cfc, iep_completion_date,
--   services_began_date), student(sid, idea_services_indicator)
-- message: The student's IDEA Services is 02 (No), but the IEP Completion Date or the Date Services Began is filled.
-- expected: empty
-- fix: Clear the two dates, or set IDEA Services to 01 if the child has an IEP.
-- note: Children with Early Intervention and a Referral by CFC, records of the current school year. EI number,
--   eligibility date and reason for delay stay required.
select
    _row,
    concat_ws(
        ';',
        case when iep_completion_date is not null then 'iep_completion_date' end,
        case when services_began_date is not null then 'services_began_date' end
    ) as failing,
    iep_completion_date is null and services_began_date is null as holds
from childhood_context
where is_current and early_intervention = '01' and referral_by_cfc = '01' and idea_services_indicator = '02'
