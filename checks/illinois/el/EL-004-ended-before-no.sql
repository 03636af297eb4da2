-- id: IL-EL-004
-- title: EL indicator set to No while the EL services have not ended
-- kind: snapshot
-- source: EL (English Learners) | Date EL Services Ended must be populated and the Reason for
-- table: student
-- columns: el_indicator, el_services_end_date, el_services_end_reason_code
-- reads: student(sid, el_indicator), el(sid, el_services_end_date, el_services_end_reason_code),
--   prev.student(sid, el_indicator)
-- message: The EL indicator was 01 in the previous snapshot and is 02 now, but the student's latest EL record has not
--   ended as erroneous or by transition.
-- expected: a Date EL Services Ended, with the reason erroneous or transitioned
-- fix: End the EL record with its date and reason first. If the student is still an English Learner, or the parents
--   withdrew the student from the services, set the EL indicator back to 01.
-- note: The latest record is the one with the latest start of services. The state's code for transitioned is not known:
--   a reason that no list has is undetermined.
with latest as (
    select sid, el_services_end_date, el_services_end_reason_code
    from el
    where _last
    qualify row_number() over (
        partition by sid order by el_services_start_date desc nulls last, school_year desc nulls last, _row desc
    ) = 1
)
select
    s._row,
    l.el_services_end_date,
    l.el_services_end_reason_code,
    case
        when l.el_services_end_date is null then false
        when l.el_services_end_reason_code in ('erroneous', 'transitioned') then true
        when l.el_services_end_reason_code is null or l.el_services_end_reason_code = 'parent_withdrawn' then false
    end as holds
from student s
join prev.student p on p.sid = s.sid and p._last
left join latest l on l.sid = s.sid
where p.el_indicator = '01' and s.el_indicator = '02' and s.sid not like '~%'
