-- model: student_doubles
-- doc: Student rows with another SID of what seems to be the same person: same birth date, and names that are spelled
--   alike (``same_name_sid``) or sound alike (``like_name_sid``). Never where gender, the initial of the middle name or
--   the sound of the mother's maiden name differ as far as both rows have them, and never where a merge of the two is
--   already asked for. Names that only sound alike need more: the same school, maiden name or middle name; and, if the
--   first names are spelled differently, that the two were never enrolled at the same time, as twins are.
with pairs as (
    select
        a._row,
        a.sid,
        b.sid as other_sid,
        a.first_name = b.first_name as same_first,
        a.last_name = b.last_name as same_last,
        coalesce(a.school = b.school, false)
            or coalesce(a.maiden_sound = b.maiden_sound, false)
            or (length(a.middle) > 1 and a.middle = b.middle) as backed
    from namesakes a
    join namesakes b
        on b.birth_date = a.birth_date and b.first_sound = a.first_sound and b.last_sound = a.last_sound
        and b.sid <> a.sid
    where coalesce(a.gender_code || b.gender_code, '') not in ('MF', 'FM', '0102', '0201')
        and (a.middle = '' or b.middle = '' or left(a.middle, 1) = left(b.middle, 1))
        and (a.maiden_sound <> b.maiden_sound) is not true
        and not exists (
            select 1
            from multiple_sid m
            where (m.sid_keep = a.sid and m.sid_delete = b.sid) or (m.sid_keep = b.sid and m.sid_delete = a.sid)
        )
),
spells as (
    select sid, enrollment_date, coalesce(exit_date, date '9999-12-31') as last_day
    from enrollments
    where sid in (select sid from pairs where not (same_first and same_last) and backed)
),
together as (
    select distinct p._row, p.other_sid
    from pairs p
    join spells a on a.sid = p.sid
    join spells b
        on b.sid = p.other_sid and b.enrollment_date <= a.last_day and a.enrollment_date <= b.last_day
),
summed as (
    select
        p._row,
        min(p.other_sid) filter (where p.same_first and p.same_last) as same_name_sid,
        min(p.other_sid) filter (
            where not (p.same_first and p.same_last) and p.backed and (p.same_first or t._row is null)
        ) as like_name_sid
    from pairs p
    left join together t on t._row = p._row and t.other_sid = p.other_sid
    group by p._row
)
select
    s._row,
    s.sid,
    s.birth_date,
    s.legal_first_name is not null and s.legal_last_name is not null as named,
    d.same_name_sid,
    d.like_name_sid
from student s
left join summed d on d._row = s._row
