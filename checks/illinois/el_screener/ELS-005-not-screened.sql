-- id: IL-ELS-005
-- title: Student of another language without an EL screener record
-- kind: completeness
-- source: EL Screener | EL screener will be mandatory for EL and Non-EL students that
-- table: student
-- grain: key
-- columns: home_language_code, native_language_code, sid_created_date, birth_date
-- reads: student(sid, home_language_code, native_language_code, sid_created_date, birth_date), enrollment(sid,
--   entry_grade_level, exit_date), el_screener(sid)
-- message: The student's home or native language is not English, and there is no EL screener record of the student.
-- expected: an EL screener record
-- fix: Submit the EL screener record of the student, also if the student turned out not to be an English Learner; or
--   correct the languages if both are English.
-- note: Students with an active enrollment in Kindergarten to grade 12, older than three, whose SID was created after
--   August 1, 2013, whatever the EL indicator says. A record of any year and district is enough; one that is marked
--   erroneous (99) is not.
with screened as (
    select distinct sid
    from el_screener
    where screener_code is distinct from '99'
)
select s._row, c.sid is not null as holds
from student_context s
left join screened c on c.sid = s.sid
where s._last and s.in_k_to_12 and s.sid_created_date > date '2013-08-01'
    and s.birth_date + interval 3 year < :as_of_date
    and (s.home_language_code <> '000' or s.native_language_code <> '000')
