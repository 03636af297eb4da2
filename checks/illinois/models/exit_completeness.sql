-- model: exit_completeness
-- doc: Exits of the current school year that are not erroneous, with the records that must be complete by then: of the
--   EL, homeless and birth to 3 rows of the student the fullest one of the year, of the outcomes rows the latest.
--   Columns of a record that does not exist are null; ``..._empty`` names the mandatory fields that are. A usable
--   caregiver has no SID or one that exists.
with exits as (
    select * from exit_context where is_current_exit
),
el_of_year as (
    select sid, school_year, :el_mandatory_empty as el_empty
    from el
    where _last
    qualify row_number() over (partition by sid, school_year order by :el_mandatory_missing, _row desc) = 1
),
homeless_of_year as (
    select sid, school_year, :homeless_mandatory_empty as homeless_empty
    from homeless
    where _last and erroneous_indicator is distinct from '01'
    qualify row_number() over (partition by sid, school_year order by :homeless_mandatory_missing, _row desc) = 1
),
birth_to_3_of_year as (
    select sid, home_rcdts, school_year, program_start_date, :birth_to_3_mandatory_empty as birth_to_3_empty
    from birth_to_3
    where _last
    qualify row_number() over (
        partition by sid, home_rcdts, school_year
        order by case when program_start_date is null then 1 else 0 end + :birth_to_3_mandatory_missing, _row desc
    ) = 1
),
latest_outcomes as (
    select
        sid,
        entry_rating_date,
        entry_rating_social,
        entry_rating_knowledge,
        entry_rating_action
    from early_childhood_outcomes
    where _last and school_year <= :current_school_year
    qualify row_number() over (partition by sid order by school_year desc) = 1
),
caregivers as (
    select c.sid, max(case when c.caregiver_sid is null or s.sid is not null then 1 else 0 end) as usable
    from caregiver c
    left join student s on s.sid = c.caregiver_sid and s._last
    where c._last
    group by c.sid
),
addresses as (
    select
        sid,
        coalesce(max(address_status) filter (where address_status = 'active'), max(address_status)) as address_status
    from address
    where _last
    group by sid
),
immigrants as (
    select distinct sid from immigrant
)
select
    x._row,
    x.entry_grade_level,
    x.el_indicator,
    x.idea_services_indicator,
    x.private_school_student,
    x.homeless_indicator,
    x.sid_created_date,
    coalesce(l.el_empty, :el_mandatory_all) as el_empty,
    coalesce(h.homeless_empty, :homeless_mandatory_all) as homeless_empty,
    b.program_start_date,
    coalesce(b.birth_to_3_empty, :birth_to_3_mandatory_all) as birth_to_3_empty,
    o.entry_rating_date,
    o.entry_rating_social,
    o.entry_rating_knowledge,
    o.entry_rating_action,
    g.sid is not null as has_caregiver,
    coalesce(g.usable = 1, false) as has_usable_caregiver,
    a.address_status,
    i.sid is not null as has_immigrant_row,
    f.preschool_for_all_funding,
    f.preschool_for_all_expansion,
    f.title_1_funding,
    f.idea_funding,
    f.fundings,
    f.without_course
from exits x
left join el_of_year l on l.sid = x.sid and l.school_year = x.school_year
left join homeless_of_year h on h.sid = x.sid and h.school_year = x.school_year
left join birth_to_3_of_year b on b.sid = x.sid and b.home_rcdts = x.home_rcdts and b.school_year = x.school_year
left join latest_outcomes o on o.sid = x.sid
left join caregivers g on g.sid = x.sid
left join addresses a on a.sid = x.sid
left join immigrants i on i.sid = x.sid
left join funding_courses f
    on f.sid = x.sid and f.home_rcdts = x.home_rcdts and f.serving_rcdts = x.serving_rcdts
    and f.school_year = x.school_year and f._last
