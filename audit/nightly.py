"""A run among others: its waivers and its place in the workspace. What ``audit.run`` calls at each of its stages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from audit import changes, macro, waivers
from audit.engines.embedded import Engine
from audit.history import History, Night, attach
from audit.outcome import Outcome
from audit.rulebook import Rulebook
from audit.settings import Options
from audit.settle import Supply
from audit.waivers import Matched, Waiver
from audit.workspace import Workspace

_UNMARKED = "select * from exceptions"


@dataclass
class Nightly:
    """``history``: None without a workspace. ``matched``: the waivers and what became of them.

    ``reused``: how many files, and verdicts of how many rules, were taken over from the run before.
    """

    engine: Engine
    options: Options
    history: History | None = None
    listed: Sequence[Waiver] = ()
    matched: list[Matched] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    reused: Mapping[str, int] = field(default_factory=dict)

    @property
    def marked(self) -> str:
        """SQL for the exceptions with their states."""
        return self.history.states if self.history else _UNMARKED

    def compare(
        self,
        rulebook: Rulebook,
        before: Mapping[str, Supply] | None,
        now: pl.DataFrame | None,
        unclear: str,
        as_of: dt.date,
    ) -> dict[str, Outcome]:
        """Holds tonight against the run before, or the snapshot: SA-MACRO-*.

        ``now``: the profile of tonight's tables (``macro.profile``), where there is something to hold it against;
        ``unclear``: why the records of this run are not all there are; empty where they are.
        """
        stored = macro.stored(self.engine) if self.history else None
        if now is None:
            return macro.not_run(unclear or "no run before (--workspace or --previous)")
        if self.history:
            macro.store(self.engine, now)
        if stored is None and before:
            stored = macro.profile(self.engine, rulebook, before, "prev")
        if stored is None:
            return macro.not_run("no run before: this is the first of the workspace")
        return macro.judge(self.engine, stored, now, self.options, str(as_of))

    def waive(self, as_of: dt.date) -> list[str]:
        """Holds the waivers against ``exceptions``; returns notices."""
        accepted = {}
        if self.history:
            rows = self.engine.rows(
                "select waiver, replace(fingerprint::varchar, '-', ''), evidence from history.accepted"
            )
            accepted = {(waiver, fingerprint): evidence for waiver, fingerprint, evidence in rows}
        if self.listed or self.history:
            self.matched = waivers.apply(
                self.engine, self.listed, as_of, accepted, waive_errors=self.options.waive_errors
            )
        return waivers.notices(self.matched) + self._notices(as_of)

    def _notices(self, as_of: dt.date) -> list[str]:
        before = self.history.last_as_of if self.history else None
        told = []
        if before and before > as_of:
            told.append(f"the last run of the workspace was as of {before}, this one is as of {as_of}: is it older?")
        if self.history and self.history.changes:
            told.append(
                f"{len(self.history.changes):,} rules are not what they were in the last run: their findings may be "
                "new without any change of the data"
            )
        return told

    def counts(self) -> dict[str, int]:
        """Severity -> findings, without those that are waived and counted apart."""
        return self._by_severity("exceptions", "true")

    def fresh(self) -> dict[str, int]:
        """Those of them that are new or came back; after the exceptions are marked."""
        return self._by_severity("exceptions", "state in ('new', 'came_back')")

    def waived(self) -> dict[str, int]:
        """Severity -> findings that are waived and counted apart."""
        if not self.matched:
            return {}
        return dict(self.engine.rows(
            "select severity, count(*) from exceptions semi join (from waived where counted_apart) using (fingerprint) "
            "group by severity"
        ))  # fmt: skip

    def _by_severity(self, source: str, condition: str) -> dict[str, int]:
        apart = "anti join (from waived where counted_apart) using (fingerprint)" if self.matched else ""
        sql = f"select severity, count(*) from {source} {apart} where {condition} group by severity"
        return dict(self.engine.rows(sql))

    def record(
        self, night: Night, outcomes: Mapping[str, Outcome], inputs: Iterable[Mapping[str, Any]]
    ) -> dict[str, pl.DataFrame]:
        """Adds the run to the history. Returns the tables of audit.duckdb that tell of it and of the waivers."""
        found: dict[str, pl.DataFrame] = {}
        if self.matched:
            found["waivers"] = waivers.table(self.matched)
            found["waived"] = self.engine.frame("select * exclude (waiver, evidence) from waived order by fingerprint")
        if self.history:
            self.history.record(night, outcomes, inputs, self.options.keep_runs)
            self.told = changes.totals(self.engine, self.history.run)
            found |= changes.tables(self.engine, self.history.run)
            self.history.close()
        return found

    @property
    def views(self) -> tuple[str, ...]:
        return changes.VIEWS if self.history else ()

    def as_json(self) -> dict[str, Any]:
        """What run.json tells: of the workspace and of the waivers, where there are any."""
        out: dict[str, Any] = {}
        if self.history:
            out["workspace"] = {
                "run": self.history.run,
                "rule_changes": self.history.changes,
                "taken_over": dict(self.reused),
                "since_last_run": None if self.history.first else self.told,
            }
        if self.matched:
            out["waivers"] = waivers.summary(self.matched)
        return out


def begin(engine: Engine, options: Options, rulebook: Rulebook, space: Workspace | None) -> Nightly:
    """Reads the waivers and opens the history, where there are any. Raises UserError."""
    file = waivers.find(options.waivers, options.workspace)
    listed = waivers.read(file, rulebook) if file else []
    opened = attach(engine, space, rulebook, options.viewer, options.role) if space else None
    return Nightly(engine, options, opened, listed)
