-- id: {id}
-- title: {Record} starts before the enrollment
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: course_start_date, enrollment_date
-- reads: {table}(sid, home_rcdts, serving_rcdts, school_year, course_start_date), enrollment(sid, home_rcdts,
--   serving_rcdts, school_year, enrollment_date)
-- message: The Course Start Date is before the first Enrollment Date of the student at these schools in this year.
-- expected: on or after the Enrollment Date
-- fix: Correct the Course Start Date of the {record}, or the Enrollment Date if the student was there earlier.
-- note: Of several enrollments at the same schools in the year, one that began in time is enough. Rows without a
--   matching enrollment are reported by the rules on matching alone.
select
    _row,
    first_entry as enrollment_date,
    case when first_entry <= course_start_date then true when entries_unknown = 0 then false end as holds
from record_match
where source = '{table}' and steps = 4 and course_start_date is not null
