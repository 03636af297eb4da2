-- id: IL-EC-019
-- title: Referred child with IDEA services without IEP Completion Date or Date Services Began
-- kind: cross
-- source: Early Childhood | Delay in Transition, IEP Completion Date, and Date Services Began are
-- table: early_childhood
-- columns: iep_completion_date, services_began_date
-- reads: early_childhood(sid, school_year, early_intervention, referral_by_cfc, iep_completion_date,
--   services_began_date), student(sid, idea_services_indicator)
-- message: Early Intervention, Referral by CFC and IDEA Services are 01 (Yes), but the IEP Completion Date or the Date
--   Services Began is empty.
-- expected: both dates
-- fix: Enter the missing date, or correct Early Intervention, Referral by CFC or the student's IDEA Services.
-- note: Records of the current school year, because IDEA Services is known of today only. The other fields of the
--   transition are asked for by IL-EC-017.
select
    _row,
    concat_ws(
        ';',
        case when iep_completion_date is null then 'iep_completion_date' end,
        case when services_began_date is null then 'services_began_date' end
    ) as failing,
    iep_completion_date is not null and services_began_date is not null as holds
from childhood_context
where is_current and early_intervention = '01' and referral_by_cfc = '01' and idea_services_indicator = '01'
