"""What judging leaves: one Outcome per rule, and the failing rows in the engine's table ``hits``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from audit.engines.embedded import BATCH, Engine
from audit.rulebook import Rule
from audit.settle import Supply

Status = Literal[
    "passed", "findings", "not_applicable", "not_run", "reported_elsewhere", "not_executable", "retired", "error"
]

#: One failing row: number of the rule, locator of the judged row, the columns that fail (null: those of the rule),
#: and what the rule's query has to say, as a JSON object (null: nothing).
HITS = {"rule": pl.Int32, "_row": pl.Int64, "failing": pl.String, "evidence": pl.String}


@dataclass(frozen=True)
class Outcome:
    """Result of one rule. ``findings`` counts rows of the exceptions table; ``population`` as OUTPUT defines it."""

    rule_id: str
    status: Status
    population: int = 0
    findings: int = 0
    undetermined: int = 0
    seconds: float = 0.0
    reason: str = ""

    def judged(self) -> Outcome:
        """The same with the status that its numbers mean."""
        status: Status = "findings" if self.findings else "passed" if self.population else "not_applicable"
        return replace(self, status=status)


def joined(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Outcomes by rule id, those of a rule's parts as one: not run only if no part is, else its reasons are kept."""
    found: dict[str, Outcome] = {}
    for new in outcomes:
        old = found.get(new.rule_id)
        found[new.rule_id] = _both(old, new) if old else new
    return found


def _both(one: Outcome, other: Outcome) -> Outcome:
    """The outcome of two parts of a rule. An error of one is one of the rule; what ran counts for the rest."""
    ranks = {"error": 0, "not_run": 2}
    first, second = sorted((one, other), key=lambda o: ranks.get(o.status, 1))
    return replace(
        first,
        population=one.population + other.population,
        findings=one.findings + other.findings,
        undetermined=one.undetermined + other.undetermined,
        seconds=one.seconds + other.seconds,
        reason="; ".join(dict.fromkeys(r for r in (first.reason, second.reason) if r)),
    )


def make_hits(engine: Engine) -> None:
    """Empty tables ``hits``, and ``stood_hits`` for those of the last run whose findings are known."""
    for name in ("hits", "stood_hits"):
        engine.put(name, pl.DataFrame(schema=HITS))


class Gathered:
    """Failing rows on their way to ``hits``: handed over together, as a small frame costs as much as a large one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._frames: list[pl.DataFrame] = []
        self._rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """``frame``: columns of HITS; those that it lacks are null."""
        if frame.height:
            self._frames.append(frame)
            self._rows += frame.height
        if self._rows > BATCH:
            self.hand_over()

    def hand_over(self) -> None:
        if self._frames:
            self._engine.append("hits", pl.concat(self._frames, how="diagonal"))
        self._frames, self._rows = [], 0


def drop_hits(engine: Engine, numbers: Iterable[int]) -> None:
    """Forgets what rules found that could not be run to their end."""
    engine.run(f"delete from hits where rule in ({', '.join(str(n) for n in numbers)})")


@dataclass(frozen=True)
class Readiness:
    """Whether a rule can run on what is supplied, why not, and the files whose rows it skips.

    ``columns``: those of the judged table that are supplied; ``lacks``: optional inputs that are not, named as the rule
    names them: tables, columns, ``table.column``, or ``prev`` for a snapshot that does not have what the rule compares.
    """

    can_run: bool
    reason: str = ""
    skip: frozenset[int] = frozenset()
    columns: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()


def readiness(rule: Rule, supplies: Mapping[str, Supply], previous: Mapping[str, Supply] | None) -> Readiness:
    """G18: a rule runs only if all it reads is supplied; rows of files that lack a column it reads are left out."""
    judged = supplies[rule.table]
    if judged.columns is None:
        return Readiness(False, f"not supplied: table {rule.table}")
    if previous is None and "prev" not in rule.optional and any(t.startswith("prev.") for t, _ in rule.reads):
        return Readiness(False, "no previous snapshot (--previous)")
    every = {**supplies, **{f"prev.{t}": s for t, s in (previous or {}).items()}}
    reads = [(t, c, every[t].columns) for t, c in rule.reads if t in every]
    absent = [(t, c, columns is None) for t, c, columns in reads if columns is None or c not in columns]
    optional = {*rule.optional, *(rule.columns if "any" in rule.optional else ())}
    needed = [
        (t, f"table {t}" if whole else f"column {t}.{c}")
        for t, c, whole in absent
        if not _names(t, c, whole) & optional
    ]
    missing = list(dict.fromkeys(name for _, name in needed))
    if "any" in rule.optional and not any(c in rule.columns and c in (columns or ()) for _, c, columns in reads):
        missing.append("columns " + ", ".join(rule.columns))
    if missing:
        return Readiness(False, "not supplied: " + ", ".join(missing))
    own = [c for t, c in rule.reads if t == rule.table and not _names(t, c) & optional]
    skip = frozenset[int]().union(*(judged.lacking.get(c, frozenset()) for c in own))
    if judged.files and skip >= judged.files:
        return Readiness(False, "no file supplies all its columns together")
    lacks = {name for absence in absent for name in _names(*absence) & optional}
    if previous is None:
        lacks |= {"prev"} & optional
    return Readiness(True, skip=skip, columns=judged.columns, lacks=frozenset(lacks))


def _names(table: str, column: str, whole: bool = False) -> set[str]:
    """By what names a rule can call an input optional; ``whole``: all of the table is meant."""
    snapshot = {"prev"} if whole and table.startswith("prev.") else set()
    return {table, column, f"{table}.{column}", *snapshot}
