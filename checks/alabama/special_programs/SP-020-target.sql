-- id: AL-SP-020
-- title: Target of a merge is not the profile imported from the SIS
-- kind: cross
-- source: Special Programs: missing IntegrationIDT / provisional ID | 2. Select Utilities > Students > Merge Student Profiles and enter
-- table: al_merge
-- columns: target_student_id, profile_source
-- reads: al_merge(target_student_id), al_sp_profile(student_id, profile_source)
-- message: The profiles were merged into one that is marked with D or was not imported from the SIS.
-- expected: the profile imported from the SIS
-- fix: Check which profile remained. If it is the duplicate, import the student from the General Student Table and merge
--   the remaining profile into the imported one.
-- note: A target without D that is not in the extract can't be told.
select
    _row,
    profile_source,
    case
        when target_student_id like 'D%' then false
        when is_known then profile_source is not distinct from 'sis_import'
    end as holds
from merges
