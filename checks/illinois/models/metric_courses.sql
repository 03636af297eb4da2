-- model: metric_courses
-- doc: Course rows that the metrics look at: all of the year for students in grade 09, those of mathematics in the year
--   and the two before for students in grade 08; an unknown grade may be either. Rows marked erroneous are left out.
--   ``matched``: the student has an enrollment at these schools in that year (G5).
-- materialize: yes
-- stands: student sid
with chosen as (
    select
        c._row, c.sid, c.home_rcdts, c.serving_rcdts, c.school_year, c.state_course_code, c.local_course_id,
        c.section_number, c.term_code, c.final_letter_grade_code, c.course_credit, c.course_level_code,
        substr(c.state_course_code, 1, 2) as area
    from student_course_assignment c
    join metric_candidates w on w.sid = c.sid
    where c._last and c.final_letter_grade_code is distinct from '99'
        and c.school_year between :metric_school_year - 2 and :metric_school_year
        and (
            (w.ninth and c.school_year = :metric_school_year)
            or (w.eighth and (c.state_course_code like '02%' or c.state_course_code like '52%'))
        )
),
places as (
    select sid, home_rcdts, serving_rcdts, school_year
    from metric_enrollments
    group by sid, home_rcdts, serving_rcdts, school_year
)
select c.*, p.sid is not null as matched
from chosen c
left join places p
    on p.sid = c.sid and p.home_rcdts = c.home_rcdts and p.serving_rcdts = c.serving_rcdts
    and p.school_year = c.school_year
