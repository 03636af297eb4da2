-- id: IL-504-010
-- title: 504 Plan to be deleted is not in the previous snapshot
-- kind: snapshot
-- severity: warning
-- source: 504 Plan | Or select the ‘Delete Record’ button online
-- table: plan_504
-- columns: delete_record
-- reads: plan_504(sid, home_rcdts, serving_rcdts, school_year, plan_start_date, delete_record), prev.plan_504(sid,
--   home_rcdts, serving_rcdts, school_year, plan_start_date)
-- message: The row asks for the deletion of a 504 Plan (99), but the previous snapshot has none with the same student,
--   schools, year and start date.
-- expected: a stored 504 Plan with the same key
-- fix: Compare the SID, schools, School Year and Plan Start Date with the stored 504 Plan; correct the row, or leave it
--   out if the plan is already gone.
-- note: That the plan must be there is our conclusion, hence a warning.
select
    d._row,
    case
        when p.sid is not null then true
        when d.sid not like '~%' and d.home_rcdts is not null and d.serving_rcdts is not null
            and d.school_year is not null and d.plan_start_date is not null then false
    end as holds
from plan_504 d
left join prev.plan_504 p
    on p.sid = d.sid and p.home_rcdts = d.home_rcdts and p.serving_rcdts = d.serving_rcdts
    and p.school_year = d.school_year and p.plan_start_date = d.plan_start_date and p._last
where d.delete_record = '99'
