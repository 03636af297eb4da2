-- table: teacher_course_assignment
-- doc: Teacher course rows. A row of the exit file completes the entry row of the same teacher, place, year, course, term
--   and section (the exit file may hold the local course id in its section column); where none is found it stands alone.
--   A completed row is sent by the sender of the exit, on the day of the entry. A named table is whole as it is.
-- from: teacher_course_assignment
-- batch_only: yes
-- fills: course_end_date, exit_reason_code, actual_attendance, total_attendance
with marked as (
    select t.*, f.layout_id = 'teacher_course_assignment_exit' as is_exit, t._file * 4294967296 + t._line as place
    from raw_teacher_course_assignment t
    join files f on f.number = t._file
),
pairs as (
    select
        e.place as entry_place, x.place as exit_place,
        row_number() over (partition by x.place order by
            case when x.section_number = e.section_number then 0 else 1 end, e.course_start_date desc, e.place desc
        ) as choice
    from marked x
    join marked e
        on not e.is_exit and e.iein = x.iein and e.teaching_location_rcdts = x.teaching_location_rcdts
        and e.school_year = x.school_year and e.state_course_code = x.state_course_code and e.term_code = x.term_code
        and (e.section_number = x.section_number or e.local_course_id = x.section_number)
    where x.is_exit
),
chosen as (
    select entry_place, max(exit_place) as exit_place
    from pairs
    where choice = 1
    group by entry_place
)
select
    e._file, e._line, e.iein, e.teaching_location_rcdts, coalesce(x.employer_rcdts, e.employer_rcdts) as employer_rcdts,
    e.school_year, e.state_course_code, e.local_course_id, e.section_number, e.term_code, e.course_start_date,
    coalesce(x.course_end_date, e.course_end_date) as course_end_date, e.teacher_commitment,
    coalesce(x.exit_reason_code, e.exit_reason_code) as exit_reason_code,
    coalesce(x.actual_attendance, e.actual_attendance) as actual_attendance,
    coalesce(x.total_attendance, e.total_attendance) as total_attendance,
    coalesce(x.submitter_rcdt, e.submitter_rcdt) as submitter_rcdt, e.submitted_date
from marked e
left join chosen c on c.entry_place = e.place
left join marked x on x.place = c.exit_place
where not exists (select 1 from pairs p where p.exit_place = e.place)
