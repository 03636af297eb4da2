-- id: IL-ELS-002
-- title: Screened before the third birthday
-- kind: cross
-- source: EL Screener | Date EL Screener Test Taken must be three years greater than
-- table: el_screener
-- columns: screener_date, birth_date
-- reads: el_screener(sid, screener_date), student(sid, birth_date)
-- message: The student was not yet three years old on the day of the EL screener test.
-- expected: a date on or after the third birthday
-- fix: Correct the date of the screener test, or the birth date on the student.
-- note: The third birthday itself is allowed.
select c._row, s.birth_date, s.birth_date + interval 3 year <= c.screener_date as holds
from el_screener c
left join student s on s.sid = c.sid and s._last
where c.screener_date is not null and c.screener_code is distinct from '99'
