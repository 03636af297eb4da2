"""Every rule judged: those that can run on what is supplied, table by table and group by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from audit import cross, generated, rows
from audit.outcome import Outcome, Readiness, joined, make_hits, readiness
from audit.parameters import Parameters
from audit.rulebook import Rule
from audit.session import Session
from audit.settle import Supply
from audit.store import Extract


def judge(
    run: Session, supplies: Mapping[str, Supply], before: Mapping[str, Supply] | None, parameters: Parameters
) -> tuple[dict[int, Rule], dict[str, Outcome]]:
    """The rules (or their dated parts) by their number in ``hits``, and what became of each; findings come later."""
    parts = (part for rule in generated.all_rules(run.rulebook).values() for part in rule.parts)
    rules = dict(enumerate(parts, 1))
    outcomes = [Outcome(r.id, r.status, reason=r.reason) for r in run.rulebook.not_raised.values()]
    make_hits(run.engine)
    by_table: dict[str, list[tuple[Rule, int, Readiness]]] = {}
    tasks: list[cross.Task] = []
    for number, rule in rules.items():
        ready = readiness(rule, supplies, before)
        if not run.options.takes(rule.id):
            outcomes.append(Outcome(rule.id, "not_run", reason="left out by --select or --ignore"))
        elif not ready.can_run:
            outcomes.append(Outcome(rule.id, "not_run", reason=ready.reason))
        elif not supplies[rule.table].rows:
            outcomes.append(Outcome(rule.id, "passed"))  # no record to judge: not applicable
        elif rule.kind == "key":
            key = generated.judge_key(run.engine, supplies[rule.table], rule, number)
            outcomes += run.clock.judges(f"keys of {rule.table}", [key])
        elif rule.check is not None:
            by_table.setdefault(rule.table, []).append((rule, number, ready))
        else:
            tasks.append(cross.Task(rule, number, ready))
    run.progress.stage("rows", len(by_table))
    for table, own in by_table.items():
        outcomes += run.clock.judges(f"rows of {table}", rows.evaluate(run.engine, supplies[table], own, parameters))
        run.progress.advance(1, table)
    run.clock.ends("rows")
    run.progress.stage("rules", len(tasks))
    if before is None:
        _empty_snapshot(run, [t.rule for t in tasks])
    named = [t.rule for t in tasks]
    broken = cross.make_models(run.engine, run.rulebook.models, parameters, named, made=run.models)
    run.models.difference_update(broken)
    outcomes += [outcome for t in tasks if (outcome := cross.failed(t, broken))]
    run.clock.ends("models")
    for name, group in cross.groups(t for t in tasks if not cross.failed(t, broken)):
        what = f"over {name}" if name != group[0].rule.id else "a query of its own"
        outcomes += run.clock.judges(what, cross.evaluate(run.engine, group, supplies, parameters))
        run.progress.advance(len(group), name)
    run.clock.ends("rules")
    return rules, joined(outcomes)


def _empty_snapshot(run: Session, rules: list[Rule]) -> None:
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
