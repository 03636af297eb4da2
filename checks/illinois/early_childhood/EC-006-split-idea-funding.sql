-- id: IL-EC-006
-- title: Split enrollment of a Pre-K student with IDEA services without IDEA funding
-- kind: group
-- source: Early Childhood | IDEA funding MUST be on at least one enrollment
-- table: early_childhood
-- key: sid
-- grain: key
-- columns: idea_funding
-- reads: early_childhood(sid, home_rcdts, serving_rcdts, school_year, idea_funding), enrollment(sid, home_rcdts,
--   serving_rcdts, school_year, entry_grade_level, exit_date), student(sid, idea_services_indicator)
-- message: The student has IDEA Services and several active Pre-K enrollments, but none of their Early Childhood
--   records has IDEA funding.
-- expected: IDEA funding on at least one of the records
-- fix: Enter the length of the IDEA funding on the record of the enrollment that gives the services, or correct IDEA
--   Services on the student.
-- note: Judged for students with two or more active Pre-K enrollments in the current school year; IL-EC-035 judges the
--   others. A record that is missing is reported by IL-EC-002.
select min(_row) as _row, bool_or((idea_funding <> 'none') is true) as holds
from childhood_context
where _last and is_current and open_count > 0 and current_prek_count >= 2 and idea_services_indicator = '01'
group by sid
