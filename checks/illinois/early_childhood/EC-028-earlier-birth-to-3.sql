-- id: IL-EC-028
-- title: Earlier Birth to 3 enrollment, but Previous Enrollment or Prevention Initiative is not Yes
-- kind: cross
-- source: Early Childhood | Child was previously enrolled in an early childhood program must be
-- table: early_childhood
-- columns: previous_ec_enrollment, prevention_initiative
-- reads: early_childhood(sid, home_rcdts, serving_rcdts, school_year, previous_ec_enrollment, prevention_initiative),
--   enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level, exit_type_code)
-- message: The child was in Birth to 3 (grade level 00) before this enrollment, but Previous Enrollment or Prevention
--   Initiative is not 01 (Yes).
-- expected: 01 in both
-- fix: Set both to 01. If the Birth to 3 enrollment is wrong, mark it as erroneous (exit code 99).
-- note: A Birth to 3 enrollment of the same school year counts too. Of several enrollments at the same schools in the
--   year the first that is not Birth to 3 itself is compared. Records without one are not judged.
select
    _row,
    concat_ws(
        ';',
        case when previous_ec_enrollment is distinct from '01' then 'previous_ec_enrollment' end,
        case when prevention_initiative is distinct from '01' then 'prevention_initiative' end
    ) as failing,
    previous_ec_enrollment is not distinct from '01' and prevention_initiative is not distinct from '01' as holds
from childhood_context
where birth_to_3_start < first_school_entry
