"""What a run comes to: verdict, exit status, run.json and the tables of audit.duckdb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from audit import __version__, generated, outputs, places
from audit.engines.embedded import Engine, text
from audit.errors import CLEAN, FINDINGS, INTERNAL, NO_VERDICT, NOTHING, strongest
from audit.families import FAMILIES
from audit.generated import all_rules
from audit.outcome import Outcome
from audit.parameters import Parameters
from audit.profile import Clock
from audit.rulebook import Rulebook
from audit.settings import Options
from audit.settle import Supply
from audit.store import Extract, SourceFile
from audit.visibility import Scope

#: Findings that --fail-on looks at.
FAILING = {"error": ("error",), "warning": ("error", "warning"), "new": ("error", "warning")}

_INPUTS = {
    "path": pl.String, "sha256": pl.String, "kind": pl.String, "layout_id": pl.String, "tables": pl.String,
    "lines": pl.Int64, "header_lines": pl.Int64, "blank_lines": pl.Int64, "embedded_newlines": pl.Int64,
    "rows_read": pl.Int64, "rows_checked": pl.Int64, "rows_rejected": pl.Int64, "readable": pl.Boolean,
}  # fmt: skip

_SUBMISSION = {
    "file_name": pl.String, "table_name": pl.String, "submitter_rcdt": pl.String, "submitted_date": pl.Date,
}  # fmt: skip

_ASSUMPTIONS = {
    "name": pl.String, "meaning": pl.String, "value": pl.String, "given": pl.Boolean, "rules": pl.String,
}  # fmt: skip
_LISTS: dict[str, Any] = {"name": pl.String, "title": pl.String, "lead": pl.String, "groups": pl.List(pl.String)}


@dataclass
class Summary:
    """A finished run before it is written. ``counts``: severity -> number of findings, without the ``waived`` ones
    that are counted apart. ``lists``: by name.

    ``metrics``: what ``metric_results.measure_all`` tells of them; ``broken_metrics``: of those that failed, why.
    ``scope``: cuts what is told of the inputs down to what its viewer may see; None where there is no viewer.
    """

    rulebook: Rulebook
    extract: Extract
    base: Extract | None
    previous: Extract | None
    supplies: Mapping[str, Supply]
    outcomes: Mapping[str, Outcome]
    parameters: Parameters
    counts: dict[str, int]
    notices: list[str]
    lists: Mapping[str, pl.DataFrame]
    metrics: list[dict[str, Any]] = field(default_factory=list)
    broken_metrics: list[str] = field(default_factory=list)
    scope: Scope | None = None
    waived: int = 0

    def __post_init__(self) -> None:
        self.counts = {s: int(self.counts.get(s, 0)) for s in ("error", "warning", "info")}
        files = [f for e in (self.extract, self.base, self.previous) if e for f in e.files]
        self.unread = any(not (f.readable and f.balanced) for f in files)
        if self.scope:
            self.notices = self.scope.notices(self.notices, files, self.unread)
        # reference tables alone are no records to judge
        rules = {r.id for r in all_rules(self.rulebook).values() if not self.rulebook.tables[r.table].reference_data}
        self.judged = any(o.population and o.rule_id in rules for o in self.outcomes.values())
        self.broken = [o.rule_id for o in self.outcomes.values() if o.status == "error"]
        self.started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")

    def _shown(self, extract: Extract | None) -> list[SourceFile]:
        """The files of an extract as the results tell of them; of the snapshot before nobody knows who may see it."""
        if extract is None or (self.scope and extract is self.previous):
            return []
        return self.scope.files(extract.files) if self.scope else extract.files

    def exit_status(self, options: Options, fresh: Mapping[str, int]) -> int:
        """``fresh``: severity -> number of findings that are new or came back."""
        counts = fresh if options.fail_on == "new" else self.counts
        statuses = [CLEAN]
        if not self.extract.files:
            statuses.append(NOTHING)
        if self.unread:
            statuses.append(NO_VERDICT)
        users = {rule.id for rule in self.rulebook.rules.values() if rule.user}
        statuses += [NO_VERDICT if r in users else INTERNAL for r in self.broken]
        statuses += [INTERNAL for _ in self.broken_metrics]
        if any(counts.get(s) for s in FAILING[options.fail_on]):
            statuses.append(FINDINGS)
        status = strongest(statuses)
        return CLEAN if status == FINDINGS and options.exit_zero else status

    @property
    def verdict(self) -> str:
        if self.unread or self.broken or not self.judged:
            return "could_not_judge"
        if self.counts["error"]:
            return "not_ready"
        return "ready_with_warnings" if self.counts["warning"] else "ready"

    def _head(self, status: int) -> dict[str, Any]:
        return {
            "as_of": self.parameters["as_of_date"],
            "as_of_origin": self.parameters.origins["as_of_date"],
            "school_year": self.parameters["current_school_year"],
            "school_year_origin": self.parameters.origins["current_school_year"],
            "rulebook": self.rulebook.name,
            "rulebook_title": self.rulebook.title,
            "rulebook_version": self.rulebook.version,
            "started": self.started,
            "verdict": self.verdict,
            "exit_status": status,
        }

    def as_json(self, options: Options, status: int, clock: Clock) -> dict[str, Any]:
        """What run.json holds; no student value."""
        statuses: dict[str, int] = {}
        for outcome in self.outcomes.values():
            statuses[outcome.status] = statuses.get(outcome.status, 0) + 1
        return {
            "program": "sis-audit",
            "version": __version__,
            **self._head(status),
            "seconds": round(clock.seconds, 3),
            "stages": {name: stage.wall for name, stage in clock.stages.items()},
            "stages_cpu": {name: stage.cpu for name, stage in clock.stages.items()},
            "options": options.as_json(),
            "option_origins": dict(options.origins),
            "counts": self.counts,
            "waived": self.waived,
            "rules": dict(sorted(statuses.items())),
            "notices": self.notices,
            "lists": {name: frame.height for name, frame in self.lists.items()},
            "metrics": self.metrics,
            "inputs": [outputs.input_row(f) for f in self._shown(self.extract)],
            "base_inputs": [outputs.input_row(f) for f in self._shown(self.base)],
            "previous_inputs": [outputs.input_row(f) for f in self._shown(self.previous)],
        }

    def tables(self, engine: Engine, status: int, seconds: float) -> dict[str, Any]:
        """The tables of audit.duckdb beside ``exceptions``."""
        files = map(outputs.input_row, self._shown(self.extract))
        inputs = [row | {"tables": ", ".join(row["tables"])} for row in files]
        step = places.steps(self.rulebook)
        checked = [
            (name, s.rows_shown, s.files_shown, step[name])
            for name, s in self.supplies.items()
            if s.columns is not None
        ]
        return {
            "rule_results": [vars(o) for o in self.outcomes.values()],
            "rules": self._rules(),
            "inputs": pl.DataFrame(inputs, schema=_INPUTS),
            "submission": self._submissions(),
            "notices": pl.DataFrame({"text": self.notices}, schema={"text": pl.String}),
            "entities": self._entities(engine),
            "lists": pl.DataFrame(
                [(x.name, x.title, x.lead, list(x.groups)) for x in self.rulebook.lists if x.name in self.lists],
                schema=_LISTS,
                orient="row",
            ),
            **self.lists,
            "assumptions": self._assumptions(),
            "run": [{**self._head(status), "seconds": round(seconds, 3)}],
            "checked_tables": pl.DataFrame(
                checked,
                schema={"table_name": pl.String, "rows": pl.Int64, "files": pl.Int64, "step": pl.Int64},
                orient="row",
            ),
        }

    def _assumptions(self) -> pl.DataFrame:
        """What the rules that were run take for granted, and the ids of these rules."""
        ran = {o.rule_id for o in self.outcomes.values() if o.status in ("passed", "findings", "not_applicable")}
        rows = []
        for one in self.rulebook.assumptions.values():
            rules = [r.id for r in self.rulebook.rules.values() if one.name in r.assumes and r.id in ran]
            if rules:
                rows.append((one.name, one.meaning, one.shown, one.given, ", ".join(rules)))
        return pl.DataFrame(rows, schema=_ASSUMPTIONS, orient="row")

    def _submissions(self) -> pl.DataFrame:
        """One row for each table that a batch file feeds, from its first line."""
        rows = [
            (f.path, table, f.submitter_rcdt, f.submitted_date)
            for f in self._shown(self.extract)
            if f.kind == "batch"
            for table in f.tables
        ]
        return pl.DataFrame(rows, schema=_SUBMISSION, orient="row")

    def _rules(self) -> list[dict[str, Any]]:
        rules = [outputs.rule_row(r) for r in generated.all_rules(self.rulebook).values()]
        shown = ("kind", "title", "severity", "message", "expected", "fix")
        rules += [
            {"rule_id": f.id, "section": f.section, **{k: getattr(f, k) for k in shown}} for f in FAMILIES.values()
        ]
        return rules + [{"rule_id": r.id, "title": r.title} for r in self.rulebook.not_raised.values()]

    def _entities(self, engine: Engine) -> pl.DataFrame:
        if "entity" not in self.supplies:
            return pl.DataFrame(schema={"rcdts": pl.String, "entity_name": pl.String})
        needed = ""
        if self.scope:  # the names of the schools that the viewer reads of, not the state's directory
            found = "select home_rcdts from exceptions union select serving_rcdts from exceptions"
            needed = f"where starts_with(rcdts, {text(self.scope.viewer[:11])}) or rcdts in ({found})"
        return engine.frame(
            f"select rcdts, any_value(entity_name) as entity_name from entity {needed} group by rcdts order by 1"
        )
