-- model: student_context
-- doc: Student rows with what their active enrollments say; ``active`` tells whether there is one.
select
    s.*,
    a.sid is not null as active,
    coalesce(a.in_birth_to_3, false) as in_birth_to_3,
    coalesce(a.in_prek, false) as in_prek,
    coalesce(a.in_evaluation, false) as in_evaluation,
    coalesce(a.in_k_to_12, false) as in_k_to_12
from student s
left join student_active a on a.sid = s.sid
