-- model: funding_courses
-- doc: Early childhood rows and the preschool courses of the same student, schools and year (not those marked
--   erroneous). ``fundings``: how many selected fundings need a course of their own (all but Head Start, local and
--   tuition); ``without_course``: those of them that have none, columns joined by ; (empty: none).
with courses as (
    select
        sid,
        home_rcdts,
        serving_rcdts,
        school_year,
        bool_or(state_course_code = '73028APFA') as preschool_for_all,
        bool_or(state_course_code = '73028AEXP') as expansion,
        bool_or(state_course_code = '73028ATIT') as title_1,
        bool_or(state_course_code = '73028ASPE') as idea
    from preschool_course_assignment
    where final_letter_grade_code is distinct from '99'
    group by sid, home_rcdts, serving_rcdts, school_year
),
marked as (
    select
        e.*,
        (e.preschool_for_all_funding <> 'none') is true as needs_preschool_for_all,
        (e.preschool_for_all_expansion <> 'none') is true as needs_expansion,
        (e.title_1_funding <> 'none') is true as needs_title_1,
        (e.idea_funding <> 'none') is true as needs_idea
    from early_childhood e
)
select
    f._row,
    f._last,
    f.sid,
    f.home_rcdts,
    f.serving_rcdts,
    f.school_year,
    f.preschool_for_all_funding,
    f.preschool_for_all_expansion,
    f.title_1_funding,
    f.idea_funding,
    case when f.needs_preschool_for_all then 1 else 0 end + case when f.needs_expansion then 1 else 0 end
        + case when f.needs_title_1 then 1 else 0 end + case when f.needs_idea then 1 else 0 end as fundings,
    concat_ws(
        ';',
        case when f.needs_preschool_for_all and c.preschool_for_all is not true then 'preschool_for_all_funding' end,
        case when f.needs_expansion and c.expansion is not true then 'preschool_for_all_expansion' end,
        case when f.needs_title_1 and c.title_1 is not true then 'title_1_funding' end,
        case when f.needs_idea and c.idea is not true then 'idea_funding' end
    ) as without_course
from marked f
left join courses c
    on c.sid = f.sid and c.home_rcdts = f.home_rcdts and c.serving_rcdts = f.serving_rcdts
    and c.school_year = f.school_year
