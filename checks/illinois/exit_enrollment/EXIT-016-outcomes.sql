-- id: IL-EXIT-016
-- title: Pre-K student with IDEA Services exited without entry ratings
-- kind: completeness
-- source: Exit Enrollment | If an Early Childhood student is enrolled as IDEA Services =
-- table: exit_enrollment
-- columns: entry_rating_date, entry_rating_social, entry_rating_knowledge, entry_rating_action
-- reads: exit_enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, exit_date, exit_type_code),
--   enrollment(sid, home_rcdts, serving_rcdts, school_year, enrollment_date, entry_grade_level), student(sid,
--   idea_services_indicator, private_school_student), early_childhood_outcomes(sid, school_year, entry_rating_date,
--   entry_rating_social, entry_rating_knowledge, entry_rating_action)
-- message: The exited student is in Pre-K with IDEA Services, but the Early Childhood Outcomes record is missing or
--   lacks the entry rating date or an entry rating.
-- expected: an Early Childhood Outcomes record with entry rating date and three entry ratings
-- fix: Submit the Early Childhood Outcomes record with the named fields, then exit the student.
-- note: The latest record up to this school year counts; a rating of 99 counts as empty. Private school students are
--   left out. Exits of the current school year, not erroneous ones.
select
    _row,
    entry_rating_date,
    entry_rating_social,
    entry_rating_knowledge,
    entry_rating_action,
    concat_ws(
        ';',
        case when entry_rating_date is null then 'entry_rating_date' end,
        case when entry_rating_social is null then 'entry_rating_social' end,
        case when entry_rating_knowledge is null then 'entry_rating_knowledge' end,
        case when entry_rating_action is null then 'entry_rating_action' end
    ) as failing,
    entry_rating_date is not null and entry_rating_social is not null and entry_rating_knowledge is not null
        and entry_rating_action is not null as holds
from exit_completeness
where entry_grade_level = '14' and idea_services_indicator = '01' and private_school_student = '02'
