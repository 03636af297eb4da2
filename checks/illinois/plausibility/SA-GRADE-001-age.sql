-- id: SA-GRADE-001
-- title: Age and grade are more than two years apart
-- severity: warning
-- kind: cross
-- source: Plausibility | Age on 1 September is near that of the grade
-- table: enrollment
-- columns: entry_grade_level, birth_date
-- reads: enrollment(sid, school_year, entry_grade_level), student(sid, birth_date, idea_services_indicator)
-- optional: idea_services_indicator
-- message: On 1 September the student was more than two years older or younger than students of this grade usually are.
-- expected: 5 years in Kindergarten, one more in each grade; up to two years more or less
-- fix: Compare the birth date and the grade with the student's papers and correct the one that is wrong. If both are
--   right, nothing is to be done.
-- executable: may over-report: newcomers and students who came back to school are now and then that much older
-- note: Enrollments of the current school year in grades K to 12. In grade 12 a student with IDEA Services may be older,
--   since they go on until age 22; where that indicator is not known, an older student of grade 12 is not judged.
select
    _row,
    birth_date,
    abs(age_in_fall - usual_age) <= 2
        or (entry_grade_level = '12' and age_in_fall > usual_age and idea_services_indicator = '01') as holds
from enrollment_context
where is_current and usual_age is not null
