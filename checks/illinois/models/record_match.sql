-- model: record_match
-- doc: Rows of the smaller tables whose student must be enrolled at their schools in their year, not marked erroneous
--   or for deletion (G19), with how far the search for a matching enrollment gets (G5). ``source`` is the table.
--   ``steps``: how many steps of the matching cascade hold: 1 an enrollment at that home school, 2 and at that serving
--   school, 3 and in that year, 4 and not erroneous. ``possible_steps``: how many could hold if every key value that is
--   missing on either side were the right one. Preschool courses are those of the preschool file from school year 2019
--   on; the student course rows in that table are matched with their own.
with records as (
    select
        'plan_504' as source, _row, sid, home_rcdts, serving_rcdts, school_year,
        null::date as course_start_date, null::date as course_end_date
    from plan_504
    where delete_record is distinct from '99'
    union all
    select 'discipline', _row, sid, home_rcdts, serving_rcdts, school_year, null, null
    from discipline
    where erroneous_indicator is distinct from '01'
    union all
    select 'college_course', _row, sid, home_rcdts, serving_rcdts, school_year, course_start_date, course_end_date
    from college_course
    where final_letter_grade_code is distinct from '99'
    union all
    select
        'preschool_course_assignment', _row, sid, home_rcdts, serving_rcdts, school_year, course_start_date,
        course_end_date
    from preschool_course_assignment p
    where school_year >= 2019 and final_letter_grade_code is distinct from '99'
        and not exists (select 1 from student_course_assignment c where c._row = p._row)
),
searched as (
    select
        r.source, r._row, r.sid, r.home_rcdts, r.serving_rcdts, r.school_year, r.course_start_date, r.course_end_date,
        max(
            case
                when e.home_rcdts = r.home_rcdts and e.serving_rcdts = r.serving_rcdts and e.school_year = r.school_year
                    then case when e.exit_type_code = '99' then 3 else 4 end
                when e.home_rcdts = r.home_rcdts and e.serving_rcdts = r.serving_rcdts then 2
                when e.home_rcdts = r.home_rcdts then 1
                else 0
            end
        ) as steps,
        max(
            case
                when r.sid is null then 4
                when e.sid is null or e.home_rcdts <> r.home_rcdts then 0
                when e.serving_rcdts <> r.serving_rcdts then 1
                when e.school_year <> r.school_year then 2
                when e.exit_type_code = '99' then 3
                else 4
            end
        ) as possible_steps
    from records r
    left join enrollment e on e.sid = r.sid and e._last
    group by
        r.source, r._row, r.sid, r.home_rcdts, r.serving_rcdts, r.school_year, r.course_start_date, r.course_end_date
)
select s.*, y.first_entry, y.entries_unknown, y.last_exit, y.open_count
from searched s
left join enrollment_year y
    on y.sid = s.sid and y.home_rcdts = s.home_rcdts and y.serving_rcdts = s.serving_rcdts
    and y.school_year = s.school_year
