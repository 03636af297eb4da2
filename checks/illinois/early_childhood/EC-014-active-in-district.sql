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
-- note: Columns that one of the two snapshots does not have are not compared, nor are the sender and the day of
--   sending. A row that does not say who sent it is not judged.
with changed as (
    select c._row, c.sid, left(c.submitter_rcdt, 11) as sender
    from early_childhood c
    where c.submitter_rcdt is not null
        and not exists (
            select 1
            from prev.early_childhood p
            where p.sid = c.sid and c.sid not like '~%' and p._last
                and p.home_rcdts is not distinct from c.home_rcdts
                and p.serving_rcdts is not distinct from c.serving_rcdts
                and p.school_year is not distinct from c.school_year
                and (
                    :lacks_preschool_for_all_funding is not null
                    or c.preschool_for_all_funding is not distinct from p.preschool_for_all_funding
                )
                and (
                    :lacks_preschool_for_all_expansion is not null
                    or c.preschool_for_all_expansion is not distinct from p.preschool_for_all_expansion
                )
                and (
                    :lacks_head_start_funding is not null
                    or c.head_start_funding is not distinct from p.head_start_funding
                )
                and (:lacks_title_1_funding is not null or c.title_1_funding is not distinct from p.title_1_funding)
                and (:lacks_idea_funding is not null or c.idea_funding is not distinct from p.idea_funding)
                and (:lacks_local_funding is not null or c.local_funding is not distinct from p.local_funding)
                and (:lacks_tuition_funding is not null or c.tuition_funding is not distinct from p.tuition_funding)
                and (
                    :lacks_early_intervention is not null
                    or c.early_intervention is not distinct from p.early_intervention
                )
                and (:lacks_referral_by_cfc is not null or c.referral_by_cfc is not distinct from p.referral_by_cfc)
                and (:lacks_ei_number is not null or c.ei_number is not distinct from p.ei_number)
                and (
                    :lacks_eligibility_determination_date is not null
                    or c.eligibility_determination_date is not distinct from p.eligibility_determination_date
                )
                and (
                    :lacks_reason_for_delay_code is not null
                    or c.reason_for_delay_code is not distinct from p.reason_for_delay_code
                )
                and (
                    :lacks_iep_completion_date is not null
                    or c.iep_completion_date is not distinct from p.iep_completion_date
                )
                and (
                    :lacks_services_began_date is not null
                    or c.services_began_date is not distinct from p.services_began_date
                )
                and (
                    :lacks_idea_services_received is not null
                    or c.idea_services_received is not distinct from p.idea_services_received
                )
                and (
                    :lacks_in_classroom_idea is not null
                    or c.in_classroom_idea is not distinct from p.in_classroom_idea
                )
                and (
                    :lacks_previous_ec_enrollment is not null
                    or c.previous_ec_enrollment is not distinct from p.previous_ec_enrollment
                )
                and (
                    :lacks_early_head_start is not null
                    or c.early_head_start is not distinct from p.early_head_start
                )
                and (
                    :lacks_prevention_initiative is not null
                    or c.prevention_initiative is not distinct from p.prevention_initiative
                )
                and (
                    :lacks_household_income_criteria is not null
                    or c.household_income_criteria is not distinct from p.household_income_criteria
                )
                and (
                    :lacks_cps_value_preschool is not null
                    or c.cps_value_preschool is not distinct from p.cps_value_preschool
                )
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
