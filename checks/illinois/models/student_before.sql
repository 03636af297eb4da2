-- model: student_before
-- doc: Students who are in the previous snapshot too, with the birth date, gender and race that they have there.
--   Working ids (G22) say nothing from one night to the next. Gender is written in letters or in digits; where the two
--   snapshots do not use the same, ``previous_gender`` is null.
select
    s._row,
    s.birth_date,
    s.gender_code,
    s.race_code,
    p.birth_date as previous_birth_date,
    case
        when (s.gender_code in ('01', '02') and p.gender_code not in ('01', '02'))
            or (s.gender_code not in ('01', '02') and p.gender_code in ('01', '02')) then null
        else p.gender_code
    end as previous_gender,
    p.race_code as previous_race
from student s
join prev.student p on p.sid = s.sid and p._last
where s.sid not like '~%'
