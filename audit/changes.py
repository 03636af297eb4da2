"""What the history tells beside tonight's findings: tables of audit.duckdb that pages and queries draw on.

They are there only where a run has a workspace. All numbers are findings (see ``history_tables``).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from audit.engines.embedded import Engine

#: Nights that a district is shown, and the state.
NIGHTS, STATE_NIGHTS = 14, 90

#: Table -> query over ``history``; ``{run}`` is tonight's number.
TABLES = {
    # one row for tonight's run and each before it that is shown
    "nights": (
        "select run, as_of, started, verdict, errors, warnings, infos, waived, records, partial, "
        "program, rulebook_version, coalesce(added, 0) as rules_added, coalesce(changed, 0) as rules_changed, "
        "coalesce(removed, 0) as rules_removed from history.runs left join ("
        "select run, count(*) filter (change = 'added') as added, count(*) filter (change = 'changed') as changed, "
        "count(*) filter (change = 'removed') as removed from history.rule_changes group by run) using (run) "
        f"where run > {{run}} - {STATE_NIGHTS} order by run"
    ),
    # since the run before, by rule and district: the sums add up; rule_change is empty for rules that are as before
    "changes": (
        "select c.* exclude (run), coalesce(r.change, '') as rule_change from history.counts c "
        "left join history.rule_changes r on r.run = c.run and r.rule_id = c.rule_id "
        "where c.run = {run} order by rule_id, rcdt"
    ),
    # what is gone since the run before
    "resolved": (
        "select replace(fingerprint::varchar, '-', '') as fingerprint, rule_id, severity, table_name, exception_key, "
        "sid, home_rcdts, serving_rcdts, rcdt, file_name, first_seen, b.as_of as last_seen, copies from "
        "history.findings f left join history.runs b on b.run = coalesce(unseen_since, to_run) - 1 "
        "where to_run = {run} order by rule_id, exception_key, fingerprint"
    ),
    # the last fourteen runs by rule and district
    "trend": (
        "select c.run, r.as_of, c.rule_id, c.severity, c.rcdt, c.now, c.new, c.came_back, c.resolved, c.waived "
        f"from history.counts c join history.runs r using (run) where c.run > {{run}} - {NIGHTS} "
        "order by run, rule_id, rcdt"
    ),
    # the last ninety runs by severity
    "trend_state": (
        "select r.run, r.as_of, c.severity, sum(c.now)::bigint as now, sum(c.new)::bigint as new, "
        "sum(c.came_back)::bigint as came_back, sum(c.resolved)::bigint as resolved, sum(c.waived)::bigint as waived "
        f"from history.runs r join history.counts c using (run) where r.run > {{run}} - {STATE_NIGHTS} "
        "group by r.run, r.as_of, c.severity order by r.run, c.severity"
    ),
}

#: Views over these tables.
VIEWS = (
    # the districts, the worst first: by what is new and came back less what is resolved, of rules that are as before
    """
    create view result.worse as
    select rcdt, sum(before)::bigint as before, sum(now)::bigint as now,
           sum(if(rule_change = '', new + came_back, 0))::bigint as worse,
           sum(if(rule_change = '', resolved, 0))::bigint as better,
           sum(if(rule_change <> '', new + came_back, 0))::bigint as of_changed_rules
    from changes where severity <> 'info' group by rcdt order by worse - better desc, rcdt
    """,
    # a district's last nights
    """
    create view result.trend_district as
    select run, as_of, rcdt, severity, sum(now)::bigint as now, sum(new)::bigint as new,
           sum(came_back)::bigint as came_back, sum(resolved)::bigint as resolved, sum(waived)::bigint as waived
    from trend group by run, as_of, rcdt, severity order by run, rcdt, severity
    """,
)


def tables(engine: Engine, run: int) -> dict[str, pl.DataFrame]:
    """The tables by name, once the run is recorded."""
    return {name: engine.frame(sql.format(run=run)) for name, sql in TABLES.items()}


#: The numbers of ``counts``.
NUMBERS = ("before", "now", "new", "came_back", "open", "resolved", "not_judged", "shifted")


def totals(engine: Engine, run: int) -> dict[str, Any]:
    """The numbers of a run, over errors and warnings; in ``of_changed_rules`` those of rules that are not as before."""
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in NUMBERS)
    changed = f"rule_id in (select rule_id from history.rule_changes where run = {run})"
    found = [
        dict(zip(NUMBERS, row, strict=True))
        for condition in ("true", changed)
        for row in engine.rows(
            f"select {sums} from history.counts where run = {run} and severity <> 'info' and {condition}"
        )
    ]
    return {**found[0], "of_changed_rules": {name: found[1][name] for name in ("new", "came_back", "resolved")}}
