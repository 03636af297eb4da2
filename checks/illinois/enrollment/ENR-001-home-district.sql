-- id: IL-ENR-001
-- title: Sent by a district that is not the student's home district
-- source: Enrollment | The Home School District is the only entity allowed to request
-- table: enrollment
-- columns: home_rcdts, submitter_rcdt
-- reads: enrollment(sid, home_rcdts, submitter_rcdt)
-- message: The district that sent this enrollment is not the district of its Home RCDTS.
-- expected: the first 11 characters of the Home RCDTS
-- fix: Let the home district send the enrollment, or correct the Home RCDTS in the file before it is sent.
-- note: A row that does not say who sent it is not judged. A student row is judged if the student has an enrollment:
--   its sender must be the home district of one of them, on the day it was sent where the row names that day.
select _row, left(home_rcdts, 11) = submitter_rcdt as holds
from enrollment_context
where submitter_rcdt is not null

-- table: student
-- columns: submitter_rcdt
-- reads: student(sid, submitter_rcdt, submitted_date), enrollment(sid, home_rcdts, exit_date)
-- optional: submitted_date, exit_date
-- message: The district that sent this student record is not a home district of the student.
-- expected: the district of a home school of the student
-- fix: Let the student's home district send the record; if you are that district, enroll the student first.
with judged as (
    select s._row, s.sid, s.submitter_rcdt, case when f.kind is distinct from 'batch' then s.submitted_date end as sent
    from student s
    left join files f on f.number = s._file
    where s.submitter_rcdt is not null
),
compared as not materialized (
    select
        j._row,
        e.again,
        left(e.home_rcdts, 11) = j.submitter_rcdt
            and (j.sent is null or (e.enrollment_date <= j.sent and coalesce(e.exit_date >= j.sent, true))) as fits
    from judged j
    join enrollments_split e on e.sid = j.sid
    where e.exit_type_code is distinct from '99'
)
select _row, fits as holds
from compared
where not again
union all
select _row, case when bool_or(fits) then true when count(fits) = count(*) then false end
from compared
where again
group by _row
