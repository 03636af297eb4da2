-- model: preid_context
-- doc: Rows of the three pre-ID files with the student and what the student's active enrollments say. ``source`` is the
--   table. ``is_present``: of the current school year, or without a school year and the student is enrolled now, so that
--   the indicators of the student can be held against it (G16). ``active_count``: active enrollments; ``other_homes``,
--   ``homes_unknown``: those of them with a home school of another district than that of the sender, or without one;
--   ``in_grade_..``: those of the grade; ``grades``: the lowest and the highest. ``assessment_known``: the assessment
--   is one of the three; null where it is empty. The columns of one file only are null in the rows of the others.
with listed as (
    select
        'preid_dlm' as source, _row, sid, school_year, submitter_rcdt, null::varchar as assessment_code,
        null::varchar as isbe_required, null::varchar as iep_accommodation, null::varchar as lep_accommodation
    from preid_dlm
    union all
    select 'preid_parcc', _row, sid, school_year, submitter_rcdt, null, null, iep_accommodation, lep_accommodation
    from preid_parcc
    union all
    select 'preid_psat_sat', _row, sid, school_year, submitter_rcdt, assessment_code, isbe_required, null, null
    from preid_psat_sat
),
enrolled as (
    select
        l.source,
        l._row,
        count(*) as active_count,
        count(*) filter (where left(e.home_rcdts, 11) <> left(l.submitter_rcdt, 11)) as other_homes,
        count(*) filter (where e.home_rcdts is null) as homes_unknown,
        count(*) filter (
            where e.entry_grade_level in ('03', '04', '05', '06', '07', '08', '09', '10', '11', '12')
        ) as in_grade_3_to_12,
        count(*) filter (where e.entry_grade_level = '09') as in_grade_9,
        count(*) filter (where e.entry_grade_level = '10') as in_grade_10,
        count(*) filter (where e.entry_grade_level in ('11', '12')) as in_grade_11_or_12,
        count(*) filter (where e.entry_grade_level = '12') as in_grade_12,
        case
            when min(e.entry_grade_level) <> max(e.entry_grade_level)
                then min(e.entry_grade_level) || ';' || max(e.entry_grade_level)
            else max(e.entry_grade_level)
        end as grades
    from listed l
    join active_enrollments e on e.sid = l.sid
    group by l.source, l._row
)
select
    l.*,
    case when l.school_year is null then e._row is not null else l.school_year = :current_school_year end as is_present,
    l.assessment_code in ('psat_8_9', 'psat_10', 'sat') as assessment_known,
    s.sid is not null as student_known,
    s.idea_services_indicator,
    s.el_indicator,
    coalesce(e.active_count, 0) as active_count,
    coalesce(e.other_homes, 0) as other_homes,
    coalesce(e.homes_unknown, 0) as homes_unknown,
    coalesce(e.in_grade_3_to_12, 0) as in_grade_3_to_12,
    coalesce(e.in_grade_9, 0) as in_grade_9,
    coalesce(e.in_grade_10, 0) as in_grade_10,
    coalesce(e.in_grade_11_or_12, 0) as in_grade_11_or_12,
    coalesce(e.in_grade_12, 0) as in_grade_12,
    e.grades
from listed l
left join enrolled e on e.source = l.source and e._row = l._row
left join student s on s.sid = l.sid and s._last
