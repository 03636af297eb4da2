-- id: IL-EC-014
-- title: Early Childhood record new or changed without an active enrollment in the sender's district
-- kind: snapshot
-- source: Early Childhood | The student has an active enrollment in the district to update
-- table: early_childhood
-- columns: submitter_rcdt
-- reads: early_childhood(sid, home_rcdts, serving_rcdts, school_year, submitter_rcdt, preschool_for_all_funding,
--   preschool_for_all_expansion, head_start_funding, title_1_funding, idea_funding, local_funding, tuition_funding,
--   early_intervention, referral_by_cfc, ei_number, eligibility_determination_date, reason_for_delay_code,
--   iep_completion_date, services_began_date, idea_services_received, in_classroom_idea, previous_ec_enrollment,
--   early_head_start, prevention_initiative, household_income_criteria, cps_value_preschool), enrollment(sid,
--   home_rcdts, exit_date), prev.early_childhood(sid, home_rcdts, serving_rcdts, school_year,
--   preschool_for_all_funding, preschool_for_all_expansion, head_start_funding, title_1_funding, idea_funding,
--   local_funding, tuition_funding, early_intervention, referral_by_cfc, ei_number, eligibility_determination_date,
--   reason_for_delay_code, iep_completion_date, services_began_date, idea_services_received, in_classroom_idea,
--   previous_ec_enrollment, early_head_start, prevention_initiative, household_income_criteria, cps_value_preschool)
-- optional: preschool_for_all_funding, preschool_for_all_expansion, head_start_funding, title_1_funding, idea_funding,
--   local_funding, tuition_funding, early_intervention, referral_by_cfc, ei_number, eligibility_determination_date,
--   reason_for_delay_code, iep_completion_date, services_began_date, idea_services_received, in_classroom_idea,
--   previous_ec_enrollment, early_head_start, prevention_initiative, household_income_criteria, cps_value_preschool
-- message: This record is new or differs from the previous snapshot, but the student has no active enrollment in the
--   district that sent it.
-- expected: an active enrollment at a home school of the district that sent the record
-- fix: Enroll the student first, or let the district of the active enrollment send the record; if the student has left,
--   restore the record as it was.
-- note: Columns that one of the two snapshots does not have are not compared, nor are the sender and the day of sending.
--   A row that does not say who sent it is not judged.
with changed as (
    select c._row, c.sid, left(c.submitter_rcdt, 11) as sender
    from early_childhood c
    left join prev.early_childhood p
        on p.sid = c.sid and p.home_rcdts is not distinct from c.home_rcdts
        and p.serving_rcdts is not distinct from c.serving_rcdts and p.school_year is not distinct from c.school_year
        and p._last and c.sid not like '~%'
    where c.submitter_rcdt is not null
        and (
            p.sid is null
            or :lacks_preschool_for_all_funding is null
                and c.preschool_for_all_funding is distinct from p.preschool_for_all_funding
            or :lacks_preschool_for_all_expansion is null
                and c.preschool_for_all_expansion is distinct from p.preschool_for_all_expansion
            or :lacks_head_start_funding is null and c.head_start_funding is distinct from p.head_start_funding
            or :lacks_title_1_funding is null and c.title_1_funding is distinct from p.title_1_funding
            or :lacks_idea_funding is null and c.idea_funding is distinct from p.idea_funding
            or :lacks_local_funding is null and c.local_funding is distinct from p.local_funding
            or :lacks_tuition_funding is null and c.tuition_funding is distinct from p.tuition_funding
            or :lacks_early_intervention is null and c.early_intervention is distinct from p.early_intervention
            or :lacks_referral_by_cfc is null and c.referral_by_cfc is distinct from p.referral_by_cfc
            or :lacks_ei_number is null and c.ei_number is distinct from p.ei_number
            or :lacks_eligibility_determination_date is null
                and c.eligibility_determination_date is distinct from p.eligibility_determination_date
            or :lacks_reason_for_delay_code is null
                and c.reason_for_delay_code is distinct from p.reason_for_delay_code
            or :lacks_iep_completion_date is null and c.iep_completion_date is distinct from p.iep_completion_date
            or :lacks_services_began_date is null and c.services_began_date is distinct from p.services_began_date
            or :lacks_idea_services_received is null
                and c.idea_services_received is distinct from p.idea_services_received
            or :lacks_in_classroom_idea is null and c.in_classroom_idea is distinct from p.in_classroom_idea
            or :lacks_previous_ec_enrollment is null
                and c.previous_ec_enrollment is distinct from p.previous_ec_enrollment
            or :lacks_early_head_start is null and c.early_head_start is distinct from p.early_head_start
            or :lacks_prevention_initiative is null
                and c.prevention_initiative is distinct from p.prevention_initiative
            or :lacks_household_income_criteria is null
                and c.household_income_criteria is distinct from p.household_income_criteria
            or :lacks_cps_value_preschool is null and c.cps_value_preschool is distinct from p.cps_value_preschool
        )
),
compared as (
    select c._row, e.sid is not null as enrolled, left(e.home_rcdts, 11) = c.sender as fits
    from changed c
    left join active_enrollments e on e.sid = c.sid
)
select
    _row,
    case when bool_or(fits) then true when count(fits) = count(*) filter (where enrolled) then false end as holds
from compared
group by _row
