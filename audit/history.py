"""What became of each finding: new, open, came back or resolved, by its fingerprint, from run to run.

``attach`` opens the workspace's copy of the history in the engine, ``states`` says how tonight's findings are marked,
``record`` adds tonight as a run. The history is never read as a whole: tonight's fingerprints are joined with those
that stand, and only what differs is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from audit import __version__, rule_sets
from audit.engines.embedded import Engine, text
from audit.errors import UserError
from audit.history_tables import FORMAT, HISTORY, OF_EXCEPTION, RCDT, TABLES
from audit.outcome import Outcome
from audit.rulebook import Rulebook
from audit.workspace import Workspace

#: Results of rules that say what is true of all records: what they do not find any more is resolved.
JUDGED = ("passed", "findings", "not_applicable")

#: How exceptions are marked where there is a history.
_STATES = """
select e.* replace (
    case when k.fingerprint is null then 'new' when k.to_run is null then 'open' else 'came_back' end as state,
    coalesce(k.first_seen::varchar, e.first_seen) as first_seen)
from exceptions e
left join (select fingerprint, to_run, first_seen from history.findings where latest) k
  on k.fingerprint = e.fingerprint::uuid"""


@dataclass(frozen=True)
class Night:
    """What is told of a run in ``runs``. ``partial``: it looked at some records only (--base): nothing is resolved."""

    as_of: dt.date
    started: str
    verdict: str
    exit_status: int
    counts: Mapping[str, int]
    waived: int
    records: int
    partial: bool
    seconds: float
    out: str


@dataclass
class History:
    """The history of a workspace, open for one run. ``run``: its number; ``changes``: rules that are not as before."""

    engine: Engine
    run: int
    first: bool
    changes: dict[str, str]
    _digests: dict[str, str] | None

    @property
    def states(self) -> str:
        """SQL for the exceptions with ``state`` and ``first_seen``."""
        return _STATES

    @property
    def last_as_of(self) -> dt.date | None:
        """As-of date of the run before."""
        found = self.engine.rows(f"select as_of from history.runs where run = {self.run - 1}")
        return found[0][0] if found else None

    def record(
        self,
        night: Night,
        outcomes: Mapping[str, Outcome],
        inputs: Iterable[Mapping[str, Any]],
        keep: int,
    ) -> None:
        """Adds the run, from the marked ``exceptions`` and ``waived``. ``inputs``: as in run.json.

        ``keep``: runs that are kept, this one among them.
        """
        engine, run, inputs = self.engine, self.run, list(inputs)
        judged = [(o.rule_id, o.status in JUDGED and not night.partial) for o in outcomes.values()]
        engine.put("_judged", pl.DataFrame(judged, schema={"rule_id": pl.String, "judged": pl.Boolean}, orient="row"))
        # a file that can't be read may be any file of the run before that is not among those that were read
        engine.put("_read", pl.DataFrame({"path": [i["path"] for i in inputs if i["readable"]]}, {"path": pl.String}))
        engine.put("_all_read", pl.DataFrame({"yes": [all(i["readable"] for i in inputs)]}))
        for statement in _RECORD:
            engine.run(statement.format(run=run, rcdt=RCDT))
        # what a waiver was first held against stays, as long as the waiver does
        engine.run("delete from history.accepted where waiver not in (select waiver from _waivers)")
        engine.run(
            "insert into history.accepted select waiver, fingerprint::uuid, evidence from waived "
            "where (waiver, fingerprint::uuid) not in (select (waiver, fingerprint) from history.accepted)"
        )
        self._tell(night, outcomes, inputs)
        forget(engine, run - keep)

    def _tell(self, night: Night, outcomes: Mapping[str, Outcome], inputs: Iterable[Mapping[str, Any]]) -> None:
        engine, run = self.engine, self.run
        counts = [night.counts[severity] for severity in ("error", "warning", "info")]
        version = engine.one("select version from _night")
        engine.run(
            "insert into history.runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [run, night.as_of, night.started, __version__, version, night.verdict, night.exit_status, *counts,
             night.waived, night.records, night.partial, round(night.seconds, 3), night.out],
        )  # fmt: skip
        kept = ("path", "sha256", "kind", "tables", "rows_read", "rows_rejected", "readable")
        self._insert("run_inputs", [(run, *(_plain(row[k]) for k in kept)) for row in inputs])
        shown = [(run, o.rule_id, o.status, o.population, o.findings, o.undetermined) for o in outcomes.values()]
        self._insert("run_rules", shown)
        self._insert("rule_changes", [(run, rule, change) for rule, change in self.changes.items()])
        if self._digests is not None:
            engine.run("delete from history.rule_digests")
            self._insert("rule_digests", list(self._digests.items()))

    def _insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            names = [column.split()[0] for column in TABLES[table].split(", ")]
            frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
            self.engine.put("_told", frame)
            self.engine.run(f"insert into history.{table} by name from _told")

    def close(self) -> None:
        """Writes everything to the file and lets go of it."""
        self.engine.run("checkpoint history")
        self.engine.run("detach history")


def attach(engine: Engine, space: Workspace, rulebook: Rulebook, viewer: str | None, role: str | None) -> History:
    """Opens the copy of the history for a run. Raises UserError where it holds other runs than this one's."""
    try:
        engine.run(f"attach {text(str(space.next))} as history (block_size 16384)")
        if not space.before:
            _create(engine, rulebook.name, viewer, role)
        (form, *whose) = engine.rows("select format, rulebook, viewer, role from history.workspace")[0]
    except (duckdb.CatalogException, duckdb.IOException, duckdb.SerializationException, IndexError):
        raise UserError(
            f"--workspace: history.duckdb in {space.folder} is no history of sis-audit, or is damaged. Bring back a "
            "copy of it, or name another workspace."
        ) from None
    if form != FORMAT:
        raise UserError(f"--workspace: {space.folder} was written by another version of sis-audit. Name another one.")
    if whose != [rulebook.name, viewer, role]:
        raise UserError(
            f"--workspace: {space.folder} holds runs of {_said(*whose)}; this one is of "
            f"{_said(rulebook.name, viewer, role)}. Use a workspace for each."
        )
    run = engine.one("select coalesce(max(run), 0) + 1 from history.runs")
    before = engine.rows(f"select program, rulebook_version from history.runs where run = {run - 1}")
    engine.put("_night", pl.DataFrame({"version": [rulebook.version]}))
    if before == [(__version__, rulebook.version)]:
        return History(engine, run, False, {}, None)
    digests = rule_sets.digests(rulebook)
    known = dict(engine.rows("from history.rule_digests"))
    return History(engine, run, not before, rule_sets.changes(known, digests) if before else {}, digests)


def _create(engine: Engine, rulebook: str, viewer: str | None, role: str | None) -> None:
    for name, columns in TABLES.items():
        engine.run(f"create table history.{name} ({columns})")
    engine.run("use history")  # a view looks for its tables where it was made
    engine.run(HISTORY)
    engine.run("use memory")
    engine.run("insert into history.workspace values (?, ?, ?, ?)", [FORMAT, rulebook, viewer, role])


def _said(rulebook: str, viewer: str | None, role: str | None) -> str:
    return f"the rulebook {rulebook}" + (f" for the viewer {viewer} as {role}" if viewer else "")


def _plain(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def forget(engine: Engine, last: int) -> None:
    """Takes out the runs up to ``last``, and what was resolved in them: it would be new, not come back."""
    if last > 0 and engine.one(f"select exists (from history.runs where run <= {last})"):
        for table in ("runs", "run_inputs", "run_rules", "rule_changes", "counts"):
            engine.run(f"delete from history.{table} where run <= {last}")
        engine.run(f"delete from history.findings where to_run <= {last}")


#: Tonight against what stood, in order. Each statement is one set operation.
_RECORD = (
    # tonight's fingerprints; a fingerprint has one state
    "create or replace temp table _tonight as select fingerprint::uuid as fingerprint, any_value(rule_id) as rule_id, "
    "any_value(severity) as severity, any_value(state) as state, min({rcdt}) as rcdt, count(*)::integer as copies, "
    "count(w.fingerprint)::integer as waived "
    "from exceptions left join (select distinct fingerprint from waived where counted_apart) w using (fingerprint) "
    "group by fingerprint",
    # what stood until tonight: still there, or gone, or nobody knows
    "create or replace temp table _stood as select f.fingerprint, f.rule_id, f.severity, f.rcdt, f.copies, "
    "f.unseen_since, t.fingerprint is not null as found, "
    "coalesce(j.judged, true) and ((select yes from _all_read) or coalesce(f.file_name in (from _read), false)) "
    "as judged "
    "from history.findings f left join _tonight t using (fingerprint) left join _judged j on j.rule_id = f.rule_id "
    "where f.latest and f.to_run is null",
    "insert into history.counts select {run}, rule_id, any_value(severity), rcdt, sum(before), sum(new) + "
    "sum(came_back) + sum(open), sum(new), sum(came_back), sum(open), sum(resolved), sum(not_judged), sum(shifted), "
    "sum(waived) from ("
    "select rule_id, severity, rcdt, 0 as before, if(state = 'new', copies, 0) as new, "
    "if(state = 'came_back', copies, 0) as came_back, if(state = 'open', copies, 0) as open, 0 as resolved, "
    "0 as not_judged, if(state = 'open', copies, 0) as shifted, waived from _tonight union all "
    "select rule_id, severity, rcdt, copies, 0, 0, 0, if(not found and judged, copies, 0), "
    "if(not found and not judged, copies, 0), if(found, -copies, 0), 0 from _stood) "
    "group by rule_id, rcdt order by rule_id, rcdt",
    # what is there again, or for the first time
    "insert into history.findings select e.fingerprint::uuid, true, {run}, null, null, e.first_seen::date, t.copies, "
    + ", ".join(f"e.{c}" for c in OF_EXCEPTION[:-1])
    + ", t.rcdt, e.file_name from exceptions e join _tonight t on t.fingerprint = e.fingerprint::uuid "
    "where t.state <> 'open' "
    "qualify row_number() over (partition by e.fingerprint order by e.file_name, e.line_number) = 1",
    "update history.findings set latest = false where latest and from_run < {run} "
    "and fingerprint in (select fingerprint from _tonight where state = 'came_back')",
    # what is gone, or could not be judged
    "update history.findings set to_run = {run} where latest and to_run is null "
    "and fingerprint in (select fingerprint from _stood where not found and judged)",
    "update history.findings set unseen_since = {run} where latest and to_run is null and unseen_since is null "
    "and fingerprint in (select fingerprint from _stood where not found and not judged)",
    "update history.findings set unseen_since = null where unseen_since is not null and to_run is null "
    "and fingerprint in (select fingerprint from _stood where found)",
    # what is open, but not as before
    "update history.findings f set copies = t.copies, rcdt = t.rcdt from _tonight t where f.fingerprint = "
    "t.fingerprint and f.latest and t.state = 'open' and (f.copies <> t.copies or f.rcdt <> t.rcdt)",
)
