-- model: transfer_profiles
-- doc: Profiles that received a transfer envelope, one row each: ``_row`` is the first envelope. ``cause``: how the day
--   it was received lies to the enrollment in the SIS; the day of the enrollment itself is not before it.
select
    min(t._row) as _row,
    t.student_id,
    bool_and(p.is_marked) as is_marked,
    min(p.integration_idt) as integration_idt,
    case
        when min(p.enrolled_on) is null then 'while the SIS has no completed enrollment'
        when min(t.received_date) < min(p.enrolled_on) then 'before the enrollment in the SIS was complete'
        else 'when the enrollment in the SIS was already complete'
    end as cause
from al_transfer t
join profile_person p on p.student_id = t.student_id and p._last
group by t.student_id
