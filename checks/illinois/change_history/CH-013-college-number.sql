-- id: IL-CH-013
-- title: Dual credit course without IPEDS number at exit
-- kind: cross
-- source: Change History | a. Courses identified with Dual Credit = “yes” must have an
-- effective: 2016-07-06
-- years: 2017-
-- table: student_course_assignment
-- columns: ipeds_number
-- reads: student_course_assignment(sid, home_rcdts, serving_rcdts, school_year, state_course_code, dual_credit,
--   ipeds_number), enrollment(sid, home_rcdts, serving_rcdts, school_year, exit_date, exit_type_code),
--   college_course(sid, school_year, state_course_code, ipeds_number)
-- optional: college_course
-- message: The student has left, and neither this dual credit course nor a College Course of the same year and course
--   code names the college (IPEDS number).
-- expected: an IPEDS number
-- fix: Submit the College Course Assignment with the IPEDS number of the college, or set Dual Credit of the course to
--   02.
-- note: Stated in the change history only, for exits; so courses of a student who has not left are not judged. A
--   college course that is marked erroneous (Final Letter Grade 99) does not count.
with numbered as (
    select distinct sid, school_year, state_course_code
    from college_course
    where ipeds_number is not null and final_letter_grade_code is distinct from '99'
)
select
    c._row,
    case
        when c.ipeds_number is not null or n.sid is not null then true
        when c.state_course_code is not null then false
    end as holds
from course_context c
left join numbered n
    on n.sid = c.sid and n.school_year = c.school_year and n.state_course_code = c.state_course_code
where c.dual_credit = '01' and c.last_exit is not null and c.school_year >= 2017
