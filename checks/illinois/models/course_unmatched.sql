-- model: course_unmatched
-- doc: Student course rows without an enrollment of the same student, schools and year, and how far the search got:
--   0 no enrollment of the student at that home school, 1 not at that serving school, 2 not in that year.
-- materialize: yes
select
    c._row,
    case
        when not exists (select 1 from enrollment e where e._last and e.sid = c.sid and e.home_rcdts = c.home_rcdts) then 0
        when not exists (
            select 1 from enrollment e
            where e._last and e.sid = c.sid and e.home_rcdts = c.home_rcdts and e.serving_rcdts = c.serving_rcdts
        ) then 1
        else 2
    end as steps
from student_course_assignment c
where not exists (
    select 1
    from enrollment_year y
    where y.sid = c.sid and y.home_rcdts = c.home_rcdts and y.serving_rcdts = c.serving_rcdts
        and y.school_year = c.school_year
)
