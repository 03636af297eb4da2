"""Every rule judged: those that can run on what is supplied, table by table and group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial

from audit import cross, generated, rows
from audit.engines.embedded import Engine
from audit.outcome import Outcome, Readiness, make_hits, readiness
from audit.parameters import Parameters
from audit.profile import Clock
from audit.progress import Progress
from audit.rulebook import Model, Rule
from audit.session import Session
from audit.settle import Supply
from audit.store import Extract

#: Rules (or their dated parts) by their number in ``hits``.
Numbered = Mapping[int, Rule]


@dataclass
class Judging:
    """Judges rules over the tables of the engine's current schema. ``made``: models that it has by now."""

    engine: Engine
    models: Mapping[str, Model]
    supplies: Mapping[str, Supply]
    parameters: Parameters
    progress: Progress
    clock: Clock
    made: set[str]

    def judge(self, rules: Numbered, ready: Mapping[int, Readiness]) -> dict[int, Outcome]:
        """What became of each rule, by number; rows that fail go to ``hits``, findings are counted later."""
        outcomes: dict[int, Outcome] = {}
        by_table: dict[str, list[tuple[Rule, int, Readiness]]] = {}
        keys: list[tuple[Rule, int]] = []
        tasks: list[cross.Task] = []
        for number, rule in rules.items():
            supply = self.supplies[rule.table]
            if not supply.rows:
                outcomes[number] = Outcome(rule.id, "passed")  # no record to judge: not applicable
            elif rule.kind == "key":
                keys.append((rule, number))
            elif rule.check is not None:
                by_table.setdefault(rule.table, []).append((rule, number, ready[number]))
            else:
                tasks.append(cross.Task(rule, number, ready[number]))
        make = partial(
            cross.make_models, models=self.models, parameters=self.parameters, rules=[t.rule for t in tasks],
            made=self.made,
        )  # fmt: skip
        with self.engine.beside() as other, ThreadPoolExecutor(1) as beside:
            # small data is a matter of one processor: another may make the models meanwhile
            making = beside.submit(make, other) if self.engine.small else None
            outcomes |= self._keys(keys) | self._rows(by_table)
            broken = making.result() if making else make(self.engine)
        self.made.difference_update(broken)
        self.clock.ends("models")
        return outcomes | self._cross(tasks, broken)

    def _keys(self, keys: Iterable[tuple[Rule, int]]) -> dict[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        for rule, number in keys:
            outcomes[number] = generated.judge_key(self.engine, self.supplies[rule.table], rule, number)
            self.clock.judges(f"keys of {rule.table}", [outcomes[number]])
        return outcomes

    def _rows(self, by_table: Mapping[str, list[tuple[Rule, int, Readiness]]]) -> dict[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        self.progress.stage("rows", len(by_table))
        for table, own in by_table.items():
            found = self.clock.judges(
                f"rows of {table}", rows.evaluate(self.engine, self.supplies[table], own, self.parameters)
            )
            outcomes |= dict(zip((number for _, number, _ in own), found, strict=True))
            self.progress.advance(1, table)
        self.clock.ends("rows")
        return outcomes

    def _cross(self, tasks: Sequence[cross.Task], broken: Mapping[str, str]) -> dict[int, Outcome]:
        """``broken``: models that could not be made, and why."""
        self.progress.stage("rules", len(tasks))
        outcomes = {t.number: outcome for t in tasks if (outcome := cross.failed(t, broken))}
        groups = cross.groups(t for t in tasks if t.number not in outcomes)
        # as with models: about half of the time goes to the queries that stand alone
        apart = [g for g in groups if self.engine.small and _stands_alone(*g) and g[1][0].rule.kind != "reference"]
        with self.engine.beside() as other, ThreadPoolExecutor(1) as beside:
            judging = beside.submit(self._groups, other, apart)
            outcomes |= self._groups(self.engine, [g for g in groups if g not in apart]) | judging.result()
        self.clock.ends("rules")
        return outcomes

    def _groups(self, engine: Engine, groups: Iterable[tuple[str, list[cross.Task]]]) -> dict[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        for name, group in groups:
            what = "a query of its own" if _stands_alone(name, group) else f"over {name}"
            found = self.clock.judges(what, cross.evaluate(engine, group, self.supplies, self.parameters))
            outcomes |= dict(zip((t.number for t in group), found, strict=True))
            self.progress.advance(len(group), name)
        return outcomes


def _stands_alone(name: str, group: Sequence[cross.Task]) -> bool:
    return name == group[0].rule.id


@dataclass(frozen=True)
class Judged:
    """The rules by number, whether they can run, and what became of those that are done."""

    rules: Numbered
    ready: Mapping[int, Readiness]
    outcomes: dict[int, Outcome]

    @cached_property
    def keys(self) -> dict[int, str]:
        """Rules and parts of rules as the next run knows them: numbers shift when a user adds rules."""
        seen: dict[str, int] = {}
        keys = {}
        for number, rule in self.rules.items():
            seen[rule.id] = seen.get(rule.id, 0) + 1
            keys[number] = f"{rule.id} {seen[rule.id]}"
        return keys

    @property
    def left(self) -> dict[int, Rule]:
        """Those that are still to be judged."""
        return {n: rule for n, rule in self.rules.items() if n not in self.outcomes}


def begin(run: Session, supplies: Mapping[str, Supply], before: Mapping[str, Supply] | None) -> Judged:
    """All rules, with an outcome for those that can't run, and an empty table ``hits``."""
    parts = (part for rule in generated.all_rules(run.rulebook).values() for part in rule.parts)
    rules = dict(enumerate(parts, 1))
    ready = {n: readiness(rule, supplies, before) for n, rule in rules.items()}
    outcomes: dict[int, Outcome] = {}
    for number, rule in rules.items():
        if not run.options.takes(rule.id):
            outcomes[number] = Outcome(rule.id, "not_run", reason="left out by --select or --ignore")
        elif not ready[number].can_run:
            outcomes[number] = Outcome(rule.id, "not_run", reason=ready[number].reason)
    make_hits(run.engine)
    judged = Judged(rules, ready, outcomes)
    if before is None:
        _empty_snapshot(run, judged.left.values())
    return judged


def judge(run: Session, supplies: Mapping[str, Supply], judged: Judged, parameters: Parameters) -> None:
    """Judges those that are left; their failing rows go to ``hits``, findings come later."""
    judging = Judging(run.engine, run.rulebook.models, supplies, parameters, run.progress, run.clock, run.models)
    judged.outcomes.update(judging.judge(judged.left, judged.ready))


def not_raised(run: Session) -> list[Outcome]:
    return [Outcome(r.id, r.status, reason=r.reason) for r in run.rulebook.not_raised.values()]


def _empty_snapshot(run: Session, rules: Iterable[Rule]) -> None:
    """Rules that can do without a snapshot may still name its tables: they find them empty."""
    named = {table for rule in rules for table, _ in rule.reads if table.startswith("prev.")}
    for table in sorted(named):
        with run.engine.within("prev"):
            name = table.removeprefix("prev.")
            run.engine.run(f"create or replace view {name} as select * from main.{name} where false")


def batches_alone(run: Session, extract: Extract) -> bool:
    """Whether everything but reference tables came in batch files."""
    data = [f for f in extract.files if not all(_is_reference(run, t) for t in f.tables)]
    return bool(data) and all(f.kind == "batch" for f in data)


def _is_reference(run: Session, table: str) -> bool:
    return table in run.rulebook.tables and run.rulebook.tables[table].reference_data


def taken_as_whole(extract: Extract, rules: Mapping[int, Rule], outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Says what it means that batch files were judged without the records that the state already has."""
    extract.notices.append(
        "judged as a whole: what is not in these batch files does not exist for this check. Records that the state "
        "already has can be added with --base."
    )
    may = "may over-report: the missing record may be one that the state already has (--base)"
    kinds = {rule.id: rule.kind for rule in rules.values()}
    return {
        k: replace(o, reason=f"{o.reason}; {may}".strip("; ")) if kinds.get(k) == "completeness" else o
        for k, o in outcomes.items()
    }
