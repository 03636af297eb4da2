-- model: namesakes
-- doc: Students who share the birth date and the sound of first and last name with another SID: few of all students.
--   ``middle``: letters of the middle name, empty if there is none; ``maiden_sound``: of the mother's maiden name.
--   ``school``: home school of the last enrollment (G4). New students without a SID are left out, because a batch file
--   may hold one on several lines.
-- materialize: yes
with known as (
    select s.sid, hash(s.birth_date, f.sound, l.sound) as likeness
    from student s
    join name_sounds f on f.name = s.legal_first_name
    join name_sounds l on l.name = s.legal_last_name
    where s._last and s.birth_date is not null
),
-- A number that is the same tells those apart from all others who may be alike; whether they are is seen below.
alike as (
    select distinct sid from known
    where likeness in (select likeness from known group by likeness having count(*) > 1)
)
select
    s._row,
    s.birth_date,
    f.spelled as first_name,
    l.spelled as last_name,
    f.sound as first_sound,
    l.sound as last_sound,
    s.sid,
    s.gender_code,
    upper(regexp_replace(coalesce(s.legal_middle_name, ''), '[^\p{L}]', '', 'g')) as middle,
    m.sound as maiden_sound,
    e.home_rcdts as school
from alike a
join student s on s.sid = a.sid and s._last
join name_sounds f on f.name = s.legal_first_name
join name_sounds l on l.name = s.legal_last_name
left join name_sounds m on m.name = s.mothers_maiden_name
left join student_home e on e.sid = s.sid
where s.sid not like '~%'
qualify count(*) over (partition by s.birth_date, f.sound, l.sound) > 1
