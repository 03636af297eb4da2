-- table: enrollment
-- doc: Enrollment rows, their empty exit columns filled from the exit row with the same key (the later one if there are
--   several), and the service provider from the Service Provider file.
-- from: exit_enrollment, service_provider
-- notice: exits not supplied: the demographics files carry no exits and there is no exit file, so every enrollment
--   counts as active; rules on exits and on active enrollments may be wrong for students who have left.
-- fills: exit_date, exit_type_code, service_provider_rcdts
with exits as (
    select sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code
    from exit_enrollment
    qualify row_number() over (
        partition by sid, home_rcdts, serving_rcdts, school_year, enrollment_date
        order by _file desc, _line desc
    ) = 1
),
providers as (
    select
        sid, home_rcdts, serving_rcdts,
        year(submitted_date) + case when month(submitted_date) >= 7 then 1 else 0 end as school_year,
        service_provider_rcdts
    from raw_service_provider
    qualify row_number() over (
        partition by sid, home_rcdts, serving_rcdts,
            year(submitted_date) + case when month(submitted_date) >= 7 then 1 else 0 end
        order by _file desc, _line desc
    ) = 1
)
select
    e._file, e._line, e.sid, e.home_rcdts, e.serving_rcdts, e.school_year, e.enrollment_date, e.entry_type_code,
    e.entry_grade_level, e.percent_day_attended,
    coalesce(e.exit_date, x.exit_date) as exit_date,
    coalesce(e.exit_type_code, x.exit_type_code) as exit_type_code,
    e.tuition_in_indicator, e.dual_language_code, e.language_of_instruction_code, e.military_connected_indicator,
    coalesce(p.service_provider_rcdts, e.service_provider_rcdts) as service_provider_rcdts,
    e.source_template, e.submitter_rcdt, e.submitted_date
from raw_enrollment e
left join exits x
    on x.sid = e.sid and x.home_rcdts = e.home_rcdts and x.serving_rcdts = e.serving_rcdts
    and x.school_year = e.school_year and x.enrollment_date = e.enrollment_date
left join providers p
    on p.sid = e.sid and p.home_rcdts = e.home_rcdts and p.serving_rcdts = e.serving_rcdts
    and p.school_year = e.school_year
