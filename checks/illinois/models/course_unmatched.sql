-- model: course_unmatched
-- doc: Student course rows without a matching enrollment (G5), not marked erroneous, and how far the search for one
--   got. ``steps``: how many steps of the matching cascade hold: 1 an enrollment of the student at that home school, 2
--   and at that serving school, 3 and in that school year. ``possible_steps``: how many could hold if every key value
--   that is missing on either side were the right one (4: there could be a matching enrollment). The course stands here
--   too (valid_courses): to look it up by its row would take longer than to find that it has no match.
-- materialize: yes
with unmatched as materialized (
    select c.*
    from valid_courses c
    anti join (select match_key from enrollment_year where valid > 0) y
        on y.match_key = hash(c.sid, c.home_rcdts, c.serving_rcdts, c.school_year)
),
searched as (
    select
        c._row,
        max(
            case
                when e.home_rcdts = c.home_rcdts and e.serving_rcdts = c.serving_rcdts
                    then case when e.school_year = c.school_year then 3 else 2 end
                when e.home_rcdts = c.home_rcdts then 1
                else 0
            end
        ) as steps,
        max(
            case
                when c.sid is null then 4
                when e.sid is null or e.home_rcdts <> c.home_rcdts then 0
                when e.serving_rcdts <> c.serving_rcdts then 1
                when e.school_year <> c.school_year then 2
                when e.exit_type_code = '99' then 3
                else 4
            end
        ) as possible_steps
    from unmatched c
    left join enrollment e on e.sid = c.sid and e._last
    group by c._row
)
select c.*, s.steps, s.possible_steps
from unmatched c
join searched s on s._row = c._row
