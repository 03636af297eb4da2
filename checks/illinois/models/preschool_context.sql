-- model: preschool_context
-- doc: Preschool course rows from school year 2019 on that are not marked erroneous (G19). ``from_course_file``: a
--   student course row with a preschool code. ``matched``: there is a matching enrollment (G5).
--   ``serving_entity_type``: null for a school that the reference table does not know. ``funding_column``: the Early
--   Childhood column of the course code; ``funding``: its value, null also where there is no such row;
--   ``childhood_known``: false where the row is missing, but one with a missing school or year may be it.
-- materialize: yes
with incomplete as (
    select distinct sid
    from early_childhood
    where _last and (home_rcdts is null or serving_rcdts is null or school_year is null)
),
coded as (
    select
        p.*,
        case p.state_course_code
            when '73028AEXP' then 'preschool_for_all_expansion'
            when '73028AHSE' then 'head_start_funding'
            when '73028APFA' then 'preschool_for_all_funding'
            when '73028APLD' then 'local_funding'
            when '73028ASPE' then 'idea_funding'
            when '73028ATBP' then 'tuition_funding'
            when '73028ATIT' then 'title_1_funding'
        end as funding_column
    from preschool_course_assignment p
    where p.school_year >= 2019 and p.final_letter_grade_code is distinct from '99'
)
select
    p.*,
    c._row is not null as from_course_file,
    coalesce(y.valid > 0, false) as matched,
    v.entity_type as serving_entity_type,
    f._row is not null or i.sid is null as childhood_known,
    case p.funding_column
        when 'preschool_for_all_expansion' then f.preschool_for_all_expansion
        when 'head_start_funding' then f.head_start_funding
        when 'preschool_for_all_funding' then f.preschool_for_all_funding
        when 'local_funding' then f.local_funding
        when 'idea_funding' then f.idea_funding
        when 'tuition_funding' then f.tuition_funding
        when 'title_1_funding' then f.title_1_funding
    end as funding
from coded p
left join student_course_assignment c on c._row = p._row
left join enrollment_year y
    on y.match_key = hash(p.sid, p.home_rcdts, p.serving_rcdts, p.school_year)
left join entity v on v.rcdts = p.serving_rcdts and v._last
left join early_childhood f
    on f.sid = p.sid and f.home_rcdts = p.home_rcdts and f.serving_rcdts = p.serving_rcdts
    and f.school_year = p.school_year and f._last
left join incomplete i on i.sid = p.sid
