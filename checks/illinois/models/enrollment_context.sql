-- model: enrollment_context
-- doc: Enrollment rows that are not erroneous (every copy of a doubled key, G22) with the student and the entities of
--   home and serving school. ``active`` as G2; ``is_current``: of the current school year (G16).
--   ``age_in_fall``: full years of age on 1 September of the school year; ``usual_age``: the age at which most students
--   begin grades K to 12, null for other grades.
select
    e.*,
    e.exit_date is null as active,
    e.school_year = :current_school_year as is_current,
    s.sid is not null as student_known,
    s.birth_date,
    e.school_year - 1 - year(s.birth_date)
        - case when month(s.birth_date) * 100 + day(s.birth_date) > 901 then 1 else 0 end as age_in_fall,
    case e.entry_grade_level
        when '15' then 5
        when '01' then 6
        when '02' then 7
        when '03' then 8
        when '04' then 9
        when '05' then 10
        when '06' then 11
        when '07' then 12
        when '08' then 13
        when '09' then 14
        when '10' then 15
        when '11' then 16
        when '12' then 17
    end as usual_age,
    s.idea_services_indicator,
    s.private_school_student,
    h.entity_type as home_entity_type,
    v.entity_type as serving_entity_type
from enrollment e
-- that a number is there goes without saying, but lets DuckDB look up students, not enrollments, which are more
left join student s on s.sid = e.sid and s._last and s.sid is not null
left join entity h on h.rcdts = e.home_rcdts and h._last
left join entity v on v.rcdts = e.serving_rcdts and v._last
where e.exit_type_code is distinct from '99'
