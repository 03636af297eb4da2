"""Two runs held against each other: what is new, came back, is open, resolved, or was not judged.

A run is a folder of results, or the number of a run in a workspace. Numbers are findings: new, came back and open are
those of the newer run; resolved and not judged those of the older one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from audit import scratch, spreadsheet, workspace
from audit.engines.connect import attach, connect, lock
from audit.engines.embedded import text
from audit.errors import UserError
from audit.history import JUDGED
from audit.history_tables import RCDT
from audit.query import Rows, database

#: The changes, in the order in which they are told.
CHANGES = ("new", "came_back", "open", "resolved", "not_judged")
#: Words for runs of a workspace, and how many runs before the last one they are.
WORDS = {"last": 0, "previous": 1}
#: Columns of the list of findings.
LISTED = (
    "change", "rule_id", "severity", "table_name", "exception_key", "sid", "home_rcdts", "serving_rcdts", "file_name",
    "first_seen", "fingerprint",
)  # fmt: skip

_JUDGED = ", ".join(text(status) for status in JUDGED)
_KEPT = "rule_id, severity, table_name, exception_key, sid, home_rcdts, serving_rcdts, file_name, fingerprint"

#: What is gone counts as resolved if its rule was judged (or is no more) and its file could be read.
_FOLDERS = f"""
create temp view changed as
with gone as (
    select o.*, coalesce(r.status in ({_JUDGED}), true)
                and ((select bool_and(readable) from new.inputs) is not false
                     or o.file_name in (select path from new.inputs where readable)) as judged
    from old.exceptions o left join new.rule_results r using (rule_id)
    where o.fingerprint not in (select fingerprint from new.exceptions))
select {_KEPT}, first_seen,
       case when fingerprint in (select fingerprint from old.exceptions) then 'open'
            when state = 'came_back' then 'came_back' else 'new' end as change, 1 as n
from new.exceptions
union all
select {_KEPT}, first_seen, if(judged, 'resolved', 'not_judged'), 1 from gone"""

#: A row of ``findings`` was seen in the runs from ``from_run`` until ``seen_until``.
_RUNS = """
create temp view changed as
with spans as (select *, coalesce(unseen_since, to_run, 2147483647) as seen_until from history.findings),
     now as (select * from spans where from_run <= {new} and seen_until > {new}),
     before as (select * from spans where from_run <= {old} and seen_until > {old})
select n.* exclude (fingerprint), replace(n.fingerprint::varchar, '-', '') as fingerprint,
       case when n.fingerprint in (select fingerprint from before) then 'open'
            when n.fingerprint in (select fingerprint from spans where from_run <= {old}) then 'came_back'
            else 'new' end as change, copies as n
from now n
union all
select b.* exclude (fingerprint), replace(b.fingerprint::varchar, '-', '') as fingerprint,
       if(coalesce(to_run <= {new}, false), 'resolved', 'not_judged'), copies
from before b where fingerprint not in (select fingerprint from now)"""


#: What is known of a run.
About = dict[str, Any]


@dataclass(frozen=True)
class Diff:
    """``old``, ``new``: what is known of the runs. ``rules``: id, severity, numbers; ``districts``: no severity."""

    old: About
    new: About
    totals: dict[str, int]
    rules: Rows
    districts: Rows

    @property
    def other_rules(self) -> bool:
        """Whether the runs had other rules."""
        return bool(self.old["rulebook_version"] != self.new["rulebook_version"])

    def as_json(self) -> dict[str, Any]:
        return {
            "old": self.old,
            "new": self.new,
            "totals": self.totals,
            "rules": [dict(zip(("rule_id", "severity", *CHANGES), row, strict=True)) for row in self.rules],
            "districts": [dict(zip(("rcdt", *CHANGES), row, strict=True)) for row in self.districts],
        }


def diff(old: str, new: str, folder: Path | None, out: Path | None) -> Diff:
    """What changed from ``old`` to ``new``. ``folder``: the workspace. ``out``: a CSV file for the findings.

    Raises UserError.
    """
    with _opened(old, new, folder, [out.parent] if out else []) as (con, runs):
        sums = ", ".join(f"coalesce(sum(n) filter (change = '{c}'), 0)::bigint as {c}" for c in CHANGES)
        (totals,) = con.execute(f"select {sums} from changed").fetchall()
        rules = con.execute(
            f"select rule_id, min(severity), {sums} from changed group by rule_id order by rule_id"
        ).fetchall()
        districts = con.execute(f"select {RCDT} as rcdt, {sums} from changed group by 1 order by 1").fetchall()
        if out:
            _write(con, out)
    return Diff(runs[0], runs[1], dict(zip(CHANGES, totals, strict=True)), rules, districts)


@contextmanager
def _opened(
    old: str, new: str, folder: Path | None, reach: Sequence[Path]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[dict[str, Any]]]]:
    """A connection with the view ``changed``, and what is known of both runs. It may write in ``reach`` only."""
    folders = [Path(run) for run in (old, new)]
    stored = [path.is_dir() for path in folders]
    if all(stored):
        names = {name: database(path) for name, path in zip(("old", "new"), folders, strict=True)}
    elif folder is None:
        missing = folders[stored.index(False)]
        raise UserError(f"there is no folder {missing}. For runs of a workspace by their number: --workspace DIR")
    else:
        names = {"history": workspace.database(folder)}
    with scratch.folder() as work, connect(temp_directory=str(work)) as con:
        try:
            for name, path in names.items():
                attach(con, name, path)
            lock(con, reach)
            if "history" in names:
                numbers = [number(con, run, "history.runs") for run in (old, new)]
                con.execute(_RUNS.format(old=numbers[0], new=numbers[1]))
                sources = [f"history.runs where run = {n}" for n in numbers]
            else:
                con.execute(_FOLDERS)
                sources = ["old.run", "new.run"]
            yield con, [_about(con, source) for source in sources]
        except duckdb.Error as error:
            raise UserError(f"the results can't be compared: {str(error).splitlines()[0]}") from None


def number(con: duckdb.DuckDBPyConnection, run: str, table: str) -> int:
    """The number of a run of a workspace, by number or word. ``table``: that of the runs. Raises UserError."""
    known = [n for (n,) in con.execute(f"select run from {table} order by run").fetchall()]
    if run in WORDS and len(known) > WORDS[run]:
        return int(known[-1 - WORDS[run]])
    if run.isdigit() and int(run) in known:
        return int(run)
    raise UserError(
        f"there is no run {run} in the workspace. It has {known[0]} to {known[-1]}; last and previous are understood."
        if known
        else "there is no run in the workspace yet."
    )


def _about(con: duckdb.DuckDBPyConnection, source: str) -> About:
    columns = ("as_of", "started", "rulebook_version", "verdict")
    row = con.execute(f"select as_of::varchar, started, rulebook_version, verdict from {source}").fetchall()[0]
    return dict(zip(columns, row, strict=True))


def _write(con: duckdb.DuckDBPyConnection, out: Path) -> None:
    """The findings of both runs and what became of each, as CSV; readable by its owner alone."""
    part = out.with_name(f".{out.name}.part")
    try:
        part.unlink(missing_ok=True)  # of a run that was killed, or a link
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        order = "change, rule_id, exception_key, file_name"
        safe = spreadsheet.guarded(("sid", "home_rcdts", "serving_rcdts", "file_name"))
        rows = f"select * replace ({safe}) from (select {', '.join(LISTED)} from changed) order by {order}"
        con.execute(f"copy ({rows}) to {text(str(part))} (format csv, header)")
        part.chmod(0o600)
        part.replace(out)
    except OSError as error:
        raise UserError(f"--out: can't write {out} ({error.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)
