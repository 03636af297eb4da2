-- id: IL-OCA-001
-- title: Outside course of a student who is not enrolled in the district
-- kind: cross
-- source: Outside Course Assignment | To add or to update a record the student has a
-- table: outside_course
-- columns: home_rcdts
-- reads: outside_course(sid, home_rcdts, school_year, course_start_date, course_end_date, final_letter_grade_code,
--   course_credit), enrollment(sid, home_rcdts, exit_date), prev.outside_course(sid, home_rcdts, serving_rcdts,
--   school_year, state_course_code, local_course_id, section_number, term_code, course_start_date, course_end_date,
--   final_letter_grade_code, course_credit)
-- optional: prev, course_start_date, course_end_date, final_letter_grade_code, course_credit
-- message: The student has no active enrollment with a home school of the district of the outside course.
-- expected: an active enrollment in the district of the Home RCDTS
-- fix: Correct the Home RCDTS of the outside course, or enroll the student first; leave the row out if the student has
--   left the district.
-- note: Only rows that are new, or whose dates, grade or credit have changed, since the previous snapshot; without one
--   those of the current school year. Districts are compared (11 characters), the serving school is not, since the
--   course was taken elsewhere.
select _row, in_district as holds
from outside_sent
where case
    when :lacks_prev is not null then is_current
    else is_new
        or (start_changed and :lacks_course_start_date is null)
        or (end_changed and :lacks_course_end_date is null)
        or (grade_changed and :lacks_final_letter_grade_code is null)
        or (credit_changed and :lacks_course_credit is null)
end
