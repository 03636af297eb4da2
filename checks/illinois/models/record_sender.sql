-- model: record_sender
-- doc: Rows that name who sent them, not marked erroneous (G19), of the tables that only a home district of the student
--   sends (G7). ``source`` is the table. ``from_home``: an enrollment that is not erroneous, at a home school of that
--   district, was open on the day the row was sent; where that day is not known, and always for batch files, whose day
--   is that of the file: in the row's school year, and at any time if the table has no school year. Null where that
--   can't be told.
with records as (
    select
        'early_childhood' as source, _row, _file, sid, left(submitter_rcdt, 11) as sender, submitted_date, school_year,
        false as any_time
    from early_childhood
    where submitter_rcdt is not null
    union all
    select
        'early_childhood_outcomes', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, school_year, false
    from early_childhood_outcomes
    where submitter_rcdt is not null
    union all
    select 'el', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, school_year, false
    from el
    where submitter_rcdt is not null
    union all
    select 'el_screener', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, school_year, false
    from el_screener
    where submitter_rcdt is not null and screener_code is distinct from '99'
    union all
    select 'homeless', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, school_year, false
    from homeless
    where submitter_rcdt is not null and erroneous_indicator is distinct from '01'
    union all
    select 'immigrant', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, school_year, false
    from immigrant
    where submitter_rcdt is not null
    union all
    select 'birth_to_3', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, school_year, false
    from birth_to_3
    where submitter_rcdt is not null
    union all
    select 'caregiver', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, null, true
    from caregiver
    where submitter_rcdt is not null
    union all
    select 'address', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, null, true
    from address
    where submitter_rcdt is not null
    union all
    select 'college_course', _row, _file, sid, left(submitter_rcdt, 11), submitted_date, school_year, false
    from college_course
    where submitter_rcdt is not null and final_letter_grade_code is distinct from '99'
    union all
    select 'parcc_correction', _row, _file, sid, left(submitter_rcdt, 11), null, school_year, school_year is null
    from parcc_correction
    where submitter_rcdt is not null
),
dated as (
    select r.*, case when f.kind is distinct from 'batch' then r.submitted_date end as sent
    from records r
    left join files f on f.number = r._file
),
compared as (
    select
        d.source,
        d._row,
        d.sid is null as student_unknown,
        e.sid is not null as enrolled,
        left(e.home_rcdts, 11) = d.sender
            and case
                when d.sent is not null then
                    e.enrollment_date <= d.sent and coalesce(e.exit_date >= d.sent, true)
                when d.any_time or e.school_year = d.school_year then true
                else
                    year(e.enrollment_date) + case when month(e.enrollment_date) >= 7 then 1 else 0 end <= d.school_year
                    and coalesce(
                        year(e.exit_date) + case when month(e.exit_date) >= 7 then 1 else 0 end >= d.school_year, true
                    )
            end as fits
    from dated d
    left join enrollments e on e.sid = d.sid
)
select
    source,
    _row,
    case
        when bool_or(fits) then true
        when not bool_or(student_unknown) and count(fits) = count(*) filter (where enrolled) then false
    end as from_home
from compared
group by source, _row
