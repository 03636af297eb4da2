-- id: IL-EC-032
-- title: CPS Value Preschool filled outside Chicago
-- kind: cross
-- source: Early Childhood | CPS Value Preschool should be left blank unless Home RCDTS is
-- table: early_childhood
-- columns: cps_value_preschool, home_rcdts
-- reads: early_childhood(cps_value_preschool, home_rcdts), entity(rcdts, is_cps)
-- optional: entity
-- message: CPS Value Preschool is filled, but the home school is not a Chicago public school.
-- expected: empty
-- fix: Clear CPS Value Preschool; or correct the Home RCDTS if the child belongs to a Chicago public school.
-- note: Where the reference table does not say which schools are Chicago's, those of the RCDT 15016299025 are taken as
--   such. A home school that the reference table lacks is undetermined. In Chicago the field may be empty too.
select
    _row,
    cps_value_preschool is null
        or case
            when is_cps is not null then is_cps = '01'
            when home_known or :lacks_entity is not null then left(home_rcdts, 11) = '15016299025'
        end as holds
from childhood_context
