"""Adds to an invented audit.duckdb what a run with a workspace leaves in it: fourteen nights of every district."""

from __future__ import annotations

from pathlib import Path

import duckdb

#: Tonight's number; rules were changed four nights ago.
TONIGHT, CHANGED = 14, 10


def add(path: Path) -> None:
    """Tables as ``audit.changes`` makes them: the numbers wander from night to night and end at tonight's findings."""
    with duckdb.connect(str(path)) as con:
        con.execute(
            """
            create table changes as
            select rule_id, severity, left(coalesce(nullif(home_rcdts, ''), nullif(serving_rcdts, ''), ''), 11) as rcdt,
                   (count(*) + count(*) // 9)::bigint as before, count(*) as now,
                   count(*) filter (state = 'new') as new, count(*) filter (state = 'came_back') as came_back,
                   count(*) filter (state = 'open') as open,
                   (count(*) // 9 + count(*) filter (state <> 'open'))::bigint as resolved,
                   (count(*) // 40)::bigint as not_judged, 0::bigint as shifted,
                   case when rule_id = (select min(rule_id) from exceptions) then 'changed' else '' end as rule_change
            from exceptions group by all"""
        )
        con.execute(
            """
            create view worse as
            select rcdt, sum(before)::bigint as before, sum(now)::bigint as now,
                   sum(if(rule_change = '', new + came_back, 0))::bigint as worse,
                   sum(if(rule_change = '', resolved, 0))::bigint as better,
                   sum(if(rule_change <> '', new + came_back, 0))::bigint as of_changed_rules
            from changes where severity <> 'info' group by rcdt order by worse - better desc, rcdt"""
        )
        con.execute(
            f"""
            create table trend_district as
            select n as run, date '2018-11-30' - ({TONIGHT} - n)::integer as as_of, rcdt, severity,
                   (tonight * if(n = {TONIGHT}, 10, 7 + ({TONIGHT} - n + hash(rcdt) % 3) % 9) // 10)::bigint as now
            from (select rcdt, severity, sum(now) as tonight from changes group by all), range(1, {TONIGHT} + 1) r(n)"""
        )
        con.execute(
            f"""
            create table nights as
            select run, as_of, sum(now) filter (severity = 'error')::bigint as errors,
                   sum(now) filter (severity = 'warning')::bigint as warnings, 0::bigint as rules_added,
                   if(run = {CHANGED}, 3, 0)::bigint as rules_changed, 0::bigint as rules_removed
            from trend_district group by run, as_of order by run"""
        )
