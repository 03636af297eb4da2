-- id: IL-B3-002
-- title: Birth to 3 enrollment without a Birth to 3 record
-- kind: completeness
-- source: Birth to 3 | If Enrollment Entry/Grade Level is ‘00’ a Birth to 3 record
-- effective: 2017-06-07 (change history: Birth to 3 added)
-- table: enrollment
-- columns: entry_grade_level
-- reads: enrollment(sid, home_rcdts, school_year, entry_grade_level, exit_type_code), birth_to_3(sid, home_rcdts,
--   school_year)
-- message: The enrollment is of grade 00, but the student has no Birth to 3 record with this home school and school
--   year.
-- expected: a Birth to 3 record of the same home school and school year
-- fix: Submit the Birth to 3 record, or correct the grade level of the enrollment.
-- note: Enrollments of the current school year that are not erroneous, exited ones too. The serving school is not
--   compared, so that one record is enough for a student at two schools.
with compared as (
    select
        e._row,
        case
            when b.sid is null then false
            else b.home_rcdts = e.home_rcdts and b.school_year = e.school_year
        end as fits
    from enrollment e
    left join birth_to_3 b on b.sid = e.sid
    where e.entry_grade_level = '00' and e.school_year = :current_school_year and e.exit_type_code is distinct from '99'
)
select _row, case when bool_or(fits) then true when count(fits) = count(*) then false end as holds
from compared
group by _row
