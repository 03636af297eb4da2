"""The runs of a workspace: list them, show one, forget the old ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from audit import diff, history, scratch, workspace
from audit.engines.connect import reading
from audit.engines.embedded import Engine, text
from audit.errors import UserError
from audit.query import Rows, columns

#: Columns of the list.
COLUMNS = (
    "run", "as_of", "started", "verdict", "errors", "warnings", "waived", "new", "came_back", "resolved",
    "rules_changed",
)  # fmt: skip

_LIST = """
select run, as_of::varchar, started, verdict, errors, warnings, waived, coalesce(new, 0), coalesce(came_back, 0),
       coalesce(resolved, 0), coalesce(changed, 0)
from runs
left join (select run, sum(new)::bigint as new, sum(came_back)::bigint as came_back, sum(resolved)::bigint as resolved
           from counts where severity <> 'info' group by run) using (run)
left join (select run, count(*) as changed from rule_changes group by run) using (run)
order by run desc"""

_PARTS = {
    "inputs": "select path, kind, tables, rows_read, rows_rejected, readable, sha256 from run_inputs "
    "where run = {run} order by path",
    "rules": "select r.rule_id, status, population, findings, coalesce(sum(c.new), 0)::bigint as new, "
    "coalesce(sum(c.came_back), 0)::bigint as came_back, coalesce(sum(c.resolved), 0)::bigint as resolved "
    "from run_rules r left join counts c on c.run = r.run and c.rule_id = r.rule_id where r.run = {run} "
    "group by r.rule_id, status, population, findings order by r.rule_id",
    "rule_changes": "select rule_id, change from rule_changes where run = {run} order by rule_id",
}


def listed(folder: Path) -> Rows:
    """Rows of COLUMNS, the last run first."""
    with _opened(folder) as con:
        return con.execute(_LIST).fetchall()


def one(folder: Path, run: str) -> dict[str, Any]:
    """Everything that is kept of a run but its findings. Raises UserError where there is no such run."""
    with _opened(folder) as con:
        number = diff.number(con, run, "runs")
        found = _dicts(con, f"select * replace (as_of::varchar as as_of) from runs where run = {number}")[0]
        return found | {name: _dicts(con, sql.format(run=number)) for name, sql in _PARTS.items()}


def described(run: dict[str, Any]) -> str:
    """A run as text: rules with findings or changes, and all inputs."""
    head = f"Run {run['run']} as of {run['as_of']}, started {run['started']}: {run['verdict'].replace('_', ' ')}"
    told = ", ".join(f"{run[name]:,} {name}" for name in ("errors", "warnings", "infos", "waived"))
    lines = [head, f"{told}; {run['records']:,} records in {run['seconds']:,.1f} s; results in {run['out']}"]
    if run["partial"]:
        lines.append("A part of the records, completed by a base: nothing is resolved.")
    told_rules = [r for r in run["rules"] if any(r[n] for n in ("findings", "new", "came_back", "resolved"))]
    for title, rows in (("Rules", told_rules), ("Rules that changed", run["rule_changes"]), ("Inputs", run["inputs"])):
        if rows:
            right = [i for i, value in enumerate(rows[0].values()) if type(value) is int]
            lines += ["", title, columns([*rows[0]], [tuple(row.values()) for row in rows], right)]
    return "\n".join(lines)


def prune(folder: Path, keep: int) -> tuple[int, int]:
    """Forgets all runs but the last ``keep``. Returns how many are gone and how many are left. Raises UserError."""
    workspace.database(folder)
    with workspace.held(folder) as space, scratch.folder() as work:
        engine = Engine(work / "spill", 1_000_000_000, reach=[folder])
        try:
            engine.run(f"attach {text(str(space.next))} as history")
            before, last = engine.rows("select count(*), coalesce(max(run), 0) from history.runs")[0]
            history.forget(engine, last - keep)
            left = engine.one("select count(*) from history.runs")
            engine.run("checkpoint history")
            engine.run("detach history")
        finally:
            engine.close()
        space.commit()
    return before - left, left


def _opened(folder: Path) -> duckdb.DuckDBPyConnection:
    path = workspace.database(folder)
    try:
        return reading(path)
    except duckdb.Error:
        raise UserError(f"{path} can't be read: it is damaged, or no history of sis-audit.") from None


def _dicts(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = con.execute(sql)
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
