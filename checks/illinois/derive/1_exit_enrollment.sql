-- table: exit_enrollment
-- doc: The exit file, its missing key columns found in enrollment; and the exits that enrollment rows carry themselves.
--   A batch exit row belongs to the enrollment of the same student and schools with the greatest enrollment_date before
--   the exit date, else on it; erroneous enrollments only for an erroneous exit. Where none is found, the date stays
--   null and the year is that of the exit date.
-- from: enrollment
-- requires: exit_date, exit_type_code
-- fills: school_year, enrollment_date, exit_date, exit_type_code
-- alone: yes
-- materialize: yes
with keyless as (
    select x.*, x._file * 4294967296 + x._line as exit_row
    from raw_exit_enrollment x
    where x.enrollment_date is null
),
candidates as (
    select
        k.exit_row,
        e.enrollment_date,
        e.school_year,
        row_number() over (
            partition by k.exit_row
            order by case when e.enrollment_date < k.exit_date then 0 else 1 end, e.enrollment_date desc, e.school_year desc
        ) as place
    from keyless k
    join raw_enrollment e
        on e.sid = k.sid and e.home_rcdts = k.home_rcdts and e.serving_rcdts = k.serving_rcdts
    where e.enrollment_date <= k.exit_date
        and (e.exit_type_code is distinct from '99' or k.exit_type_code = '99')
),
completed as (
    select
        x._file, x._line, x.sid, x.home_rcdts, x.serving_rcdts,
        coalesce(
            x.school_year,
            c.school_year,
            year(x.exit_date) + case when month(x.exit_date) >= 7 then 1 else 0 end
        ) as school_year,
        coalesce(x.enrollment_date, c.enrollment_date) as enrollment_date,
        x.exit_date, x.exit_type_code, x.days_present, x.excused_absences, x.unexcused_absences,
        x.submitter_rcdt, x.submitted_date
    from raw_exit_enrollment x
    left join candidates c on c.exit_row = x._file * 4294967296 + x._line and c.place = 1
)
select * from completed
union all
select
    e._file, e._line, e.sid, e.home_rcdts, e.serving_rcdts, e.school_year, e.enrollment_date,
    e.exit_date, e.exit_type_code, null, null, null, e.submitter_rcdt, e.submitted_date
from raw_enrollment e
where (e.exit_date is not null or e.exit_type_code is not null)
    and not exists (
        select 1
        from completed c
        where c.sid = e.sid and c.home_rcdts = e.home_rcdts and c.serving_rcdts = e.serving_rcdts
            and c.school_year = e.school_year and c.enrollment_date = e.enrollment_date
    )
