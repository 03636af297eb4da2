-- model: record_match
-- doc: Rows of the smaller tables whose student must be enrolled at their schools in their year, not marked erroneous
--   or for deletion (G19), with how far the search for a matching enrollment gets (G5). ``source`` is the table.
--   ``steps``: how many steps of the matching cascade hold: 1 an enrollment at that home school, 2 and at that serving
--   school, 3 and in that year, 4 and not erroneous. ``possible_steps``: how many could hold if every key value that is
--   missing on either side were the right one. ``spells``: the matching enrollments are all ``open``, all ``exited`` or
--   ``mixed``; null where there is none. ``covers_day``: one of them covers ``record_day``, the date of the record.
--   ``only_early``: all of them are of grade 00 or 14. Preschool courses are those of the preschool file from school
--   year 2019 on; the student course rows in that table are matched with their own.
with records as (
    select
        'plan_504' as source, _row, sid, home_rcdts, serving_rcdts, school_year,
        null::date as course_start_date, null::date as course_end_date, plan_end_date as record_day,
        null::varchar as incident_type_code, null::varchar as discipline_action_code
    from plan_504
    where delete_record is distinct from '99'
    union all
    select
        'discipline', _row, sid, home_rcdts, serving_rcdts, school_year, null, null, incident_date,
        incident_type_code, discipline_action_code
    from discipline
    where erroneous_indicator is distinct from '01'
    union all
    select
        'college_course', _row, sid, home_rcdts, serving_rcdts, school_year, course_start_date, course_end_date,
        null, null, null
    from college_course
    where final_letter_grade_code is distinct from '99'
    union all
    select
        'preschool_course_assignment', _row, sid, home_rcdts, serving_rcdts, school_year, course_start_date,
        course_end_date, null, null, null
    from preschool_course_assignment p
    where school_year >= 2019 and final_letter_grade_code is distinct from '99'
        and not exists (select 1 from student_course_assignment c where c._row = p._row)
),
compared as (
    select
        r.source,
        r._row,
        case
            when e.home_rcdts = r.home_rcdts and e.serving_rcdts = r.serving_rcdts and e.school_year = r.school_year
                then case when e.exit_type_code = '99' then 3 else 4 end
            when e.home_rcdts = r.home_rcdts and e.serving_rcdts = r.serving_rcdts then 2
            when e.home_rcdts = r.home_rcdts then 1
            else 0
        end as steps,
        case
            when r.sid is null then 4
            when e.sid is null or e.home_rcdts <> r.home_rcdts then 0
            when e.serving_rcdts <> r.serving_rcdts then 1
            when e.school_year <> r.school_year then 2
            when e.exit_type_code = '99' then 3
            else 4
        end as possible_steps,
        e.exit_date is null as is_open,
        e.entry_grade_level in ('00', '14') as is_early,
        e.enrollment_date <= r.record_day and coalesce(r.record_day <= e.exit_date, true) as covers
    from records r
    left join enrollment e on e.sid = r.sid and e._last
),
searched as (
    select
        source,
        _row,
        max(steps) as steps,
        max(possible_steps) as possible_steps,
        count(*) filter (where steps = 4) as matching,
        count(*) filter (where steps = 4 and is_open) as matching_open,
        count(*) filter (where steps = 4 and is_early) as matching_early,
        count(*) filter (where steps = 4 and covers) as covering,
        count(*) filter (where steps = 4 and not covers) as not_covering
    from compared
    group by source, _row
)
select
    r.*,
    s.steps,
    s.possible_steps,
    case
        when s.matching = 0 then null
        when s.matching_open = s.matching then 'open'
        when s.matching_open = 0 then 'exited'
        else 'mixed'
    end as spells,
    case when s.covering > 0 then true when s.not_covering = s.matching then false end as covers_day,
    s.matching > 0 and s.matching_early = s.matching as only_early,
    y.first_entry,
    y.entries_unknown,
    y.last_exit,
    y.open_count
from records r
join searched s on s.source = r.source and s._row = r._row
left join enrollment_year y
    on y.match_key = hash(r.sid, r.home_rcdts, r.serving_rcdts, r.school_year)
