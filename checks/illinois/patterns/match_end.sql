-- id: {id}
-- title: {Record} ends after the enrollment
-- kind: cross
-- source: {source}
-- table: {table}
-- columns: course_end_date, exit_date
-- reads: {table}(sid, home_rcdts, serving_rcdts, school_year, course_end_date), enrollment(sid, home_rcdts,
--   serving_rcdts, school_year, exit_date)
-- message: The Course End Date is after the last Exit Date of the student at these schools in this year.
-- expected: on or before the Exit Date
-- fix: Correct the Course End Date of the {record}, or the Exit Date if the student left later.
-- note: An enrollment that is still open sets no bound; of several enrollments at the same schools in the year one that
--   lasted long enough is enough. Rows without a matching enrollment are reported by the rules on matching alone.
select
    _row,
    last_exit as exit_date,
    open_count > 0 or course_end_date <= last_exit as holds
from record_match
where source = '{table}' and steps = 4 and course_end_date is not null
