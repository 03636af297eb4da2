"""The whole pipeline on one page: read, settle, rows, cross, findings, outputs, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from audit import (
    catalogue,
    choice,
    cross,
    findings,
    generated,
    history,
    lists,
    metric_results,
    metrics,
    moves,
    nightly,
    notice,
    outputs,
    own_rules,
    places,
    rows,
    scratch,
    visibility,
    workspace,
)
from audit.engines.embedded import Engine
from audit.errors import CLEAN, INTERNAL, NO_VERDICT, NOTHING, UserError
from audit.families import FAMILIES
from audit.outcome import Outcome, Readiness, joined, make_hits, readiness
from audit.parameters import Parameters, run_parameters
from audit.progress import Progress
from audit.read import read_extract
from audit.read.formats import FORMATS
from audit.rulebook import Rule, Rulebook
from audit.rulebook_load import available
from audit.settings import Options
from audit.settle import Supply, settle
from audit.store import Extract
from audit.summary import FAILING, Summary

#: Rows below which one thread is faster than several.
SMALL = 250_000


@dataclass(frozen=True)
class Result:
    """What a run gives back. ``run``: as run.json; ``rules``: rows of rule_results; ``report``: its first page."""

    exit_status: int
    out: Path
    run: dict[str, Any]
    counts: dict[str, int]
    report: Path | None
    rules: list[dict[str, Any]]


@dataclass(frozen=True)
class Measured:
    """What measuring alone gives back. ``metrics``: as in run.json, one for each that could be measured."""

    exit_status: int
    folder: Path
    metrics: list[dict[str, Any]]
    notices: list[str]


@dataclass
class _Run:
    """The state of one run, from stage to stage."""

    options: Options
    progress: Progress
    rulebook: Rulebook
    work: Path
    engine: Engine
    space: workspace.Workspace | None = None
    scope: visibility.Scope | None = None
    started: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=dict)
    #: models that the engine has by now
    models: set[str] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    def timed(self, stage: str, since: float) -> float:
        now = time.perf_counter()
        self.stages[stage] = round(self.stages.get(stage, 0) + now - since, 3)
        return now


def check(options: Options, progress: Progress, tell: Callable[[Result], object] = lambda result: None) -> Result:
    """Reads EXTRACT, judges it by the rulebook and writes everything under OUT. Raises UserError.

    ``tell``: what is done with the result before the run counts in the workspace, which is the last step of all.
    """
    with workspace.held(options.workspace) if options.workspace else nullcontext() as space:
        with _opened(options, progress, space) as run:
            result = _check(run)
        tell(result)
        if space:
            space.commit()
        return result


def measure(
    options: Options, progress: Progress, wanted: Sequence[str], definition: int | None, compare: bool = True
) -> Measured:
    """Reads EXTRACT, measures the metrics (all if none is named) and writes OUT/metrics. Raises UserError.

    ``compare``: the pages also say what the other definitions give.
    """
    import reports

    with _opened(options, progress) as run:
        extract, base, _ = _read(run)
        if visibility.narrowed(options, run.rulebook, extract).viewer:
            raise UserError("metrics: they count students whom no viewer sees all of. Measure without a viewer.")
        parameters = run_parameters(options, extract, base)
        chosen = metrics.choose(run.rulebook, parameters.metric_year, wanted, definition)
        if sum(f.rows_read for e in (extract, base) if e for f in e.files) < SMALL:
            run.engine.one_thread()
        supplies = settle(run.engine, run.rulebook, extract, run.work, base=base, submitter=options.submitter)
        unread = [f.path for e in (extract, base) if e for f in e.files if not (f.readable and f.balanced)]
        run.progress.stage("measure", None)
        with moves.staged(options.out, {"metrics"}) as stage:
            kept = metric_results.measure_all(
                run.engine, run.rulebook, supplies, parameters, chosen, run.models, run.work / "metrics.duckdb",
                stage / "metrics", compare,
            )  # fmt: skip
            if kept.told:
                reports.build_metrics(run.work / "metrics.duckdb", stage / "metrics")
        status = INTERNAL if kept.broken else NO_VERDICT if unread else CLEAN if kept.told else NOTHING
        notices = [*extract.notices, *kept.notices, *(f"error: {text}" for text in kept.broken)]
        notices += [f"{path}: could not be read as a whole, so the figures may be wrong" for path in unread]
        return Measured(status, options.out / "metrics", kept.told, notices)


@contextmanager
def _opened(options: Options, progress: Progress, space: workspace.Workspace | None = None) -> Iterator[_Run]:
    rulebook = _rulebook(options)
    # polars needs room beside DuckDB while it reads and judges
    share = max(options.memory_bytes // 2, options.memory_bytes - 1_500_000_000)
    with scratch.folder() as work:
        engine = Engine(work / "spill", share, options.threads)
        try:
            yield _Run(options, progress, rulebook, work, engine, space)
        finally:
            engine.close()


def _rulebook(options: Options) -> Rulebook:
    name = options.state
    if name == "auto":
        installed = [own_rules.rulebook(each, None) for each in sorted(available())]
        name = choice.choose(options.extract, installed, options.out).name
    rulebook = own_rules.rulebook(name, options.rules, options.assumptions)
    known = [*generated.all_rules(rulebook), *rulebook.not_raised, *FAMILIES]
    for option, beginnings in (("--select", options.select), ("--ignore", options.ignore)):
        for beginning in beginnings:
            asked = replace(options, select=(beginning,), ignore=())
            if not any(asked.takes(rule) for rule in known):
                raise UserError(f"{option}: no rule begins with {beginning}. All rules: sis-audit rules list")
    return rulebook


def _check(run: _Run) -> Result:
    clock = time.perf_counter()
    extract, base, previous = _read(run)
    run.options = visibility.narrowed(run.options, run.rulebook, extract)
    night = nightly.begin(run.engine, run.options, run.rulebook, run.space)
    if sum(f.rows_read for e in (extract, base, previous) if e for f in e.files) < SMALL:
        run.engine.one_thread()
    clock = run.timed("read", clock)
    parameters = run_parameters(run.options, extract, base)
    supplies = settle(run.engine, run.rulebook, extract, run.work, base=base, submitter=run.options.submitter)
    before = None
    if previous:
        with run.engine.within("prev"):
            before = settle(run.engine, run.rulebook, previous, run.work, report=False)
    if run.options.viewer and run.options.role:
        viewer, role = run.options.viewer, run.options.role
        run.scope = visibility.Scope.make(run.engine, run.rulebook, supplies, viewer, role, parameters, run.models)
        supplies = dict(run.scope.supplies)
    clock = run.timed("settle", clock)
    rules, outcomes = _judge(run, supplies, before, parameters)
    if base is None and _batches_alone(run, extract):
        outcomes = _taken_as_whole(extract, rules, outcomes)
    clock = run.timed("judge", clock)
    outcomes = _find(run, extract, base, supplies, rules, outcomes, parameters)
    outcomes |= night.compare(run.rulebook, supplies, before, _unclear(run, extract, base), parameters.as_of)
    waiving = night.waive(parameters.as_of)
    # nothing says yet who may see a line of a list
    listed = (
        {}
        if run.scope
        else lists.make(run.engine, run.rulebook, supplies, extract.files, parameters, run.options.names)
    )
    clock = run.timed("findings", clock)
    others = {"base": base, "previous": previous}
    notices = extract.notices + [f"{name}: {n}" for name, e in others.items() if e for n in e.notices] + waiving
    summary = Summary(
        run.rulebook, extract, base, previous, supplies, outcomes, parameters, night.counts(), notices, listed,
        scope=run.scope,
    )  # fmt: skip
    return _write(run, summary, night, clock)


def _unclear(run: _Run, extract: Extract, base: Extract | None) -> str:
    """Why this run's records are not all there are; empty where they are."""
    if run.scope:
        return "a viewer does not see all records"
    if base:
        return "a part of the records, completed by a base"
    return "" if all(f.readable and f.balanced for f in extract.files) else "an input could not be read"


def _read(run: _Run) -> tuple[Extract, Extract | None, Extract | None]:
    options, number = run.options, 1
    total = sum(_size(p) for p in (options.extract, options.base, options.previous) if p)
    run.progress.stage("read", total)
    done = {"bytes": 0}

    def advance(path: str, size: int, _of: int) -> None:
        done["bytes"] += size
        run.progress.advance(size, path)

    def read(folder: Path, name: str) -> Extract:
        nonlocal number
        found = read_extract(
            folder, run.rulebook, run.work / name, ignore=options.out, first_number=number, on_progress=advance
        )
        number = max((f.number for f in found.files), default=number - 1) + 1
        return found

    # the base is numbered first: what the extract holds is later
    base = read(options.base, "base") if options.base else None
    extract = read(options.extract, "extract")
    if options.reference:
        _add_reference(run, extract, read(options.reference, "reference"))
    previous = read(options.previous, "previous") if options.previous else None
    return extract, base, previous


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())


def _add_reference(run: _Run, extract: Extract, reference: Extract) -> None:
    """Reference tables that the extract does not hold, from the folder named in the settings."""
    for name, table in run.rulebook.tables.items():
        if table.reference_data and extract.supplied(name) is None and name in reference.parts:
            numbers = {p.file for p in reference.parts[name]}
            extract.parts[name] = reference.parts[name]
            extract.files += [f for f in reference.files if f.number in numbers]


def _judge(
    run: _Run, supplies: Mapping[str, Supply], before: Mapping[str, Supply] | None, parameters: Parameters
) -> tuple[dict[int, Rule], dict[str, Outcome]]:
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
            outcomes.append(generated.judge_key(run.engine, supplies[rule.table], rule, number))
        elif rule.check is not None:
            by_table.setdefault(rule.table, []).append((rule, number, ready))
        else:
            tasks.append(cross.Task(rule, number, ready))
    run.progress.stage("rows", len(by_table))
    for table, own in by_table.items():
        outcomes += rows.evaluate(run.engine, supplies[table], own, parameters)
        run.progress.advance(1, table)
    run.progress.stage("rules", len(tasks))
    if before is None:
        _empty_snapshot(run, [t.rule for t in tasks])
    named = [t.rule for t in tasks]
    broken = cross.make_models(run.engine, run.rulebook.models, parameters, named, made=run.models)
    run.models.difference_update(broken)
    outcomes += [outcome for t in tasks if (outcome := cross.failed(t, broken))]
    for name, group in cross.groups(t for t in tasks if not cross.failed(t, broken)):
        outcomes += cross.evaluate(run.engine, group, supplies, parameters)
        run.progress.advance(len(group), name)
    return rules, joined(outcomes)


def _batches_alone(run: _Run, extract: Extract) -> bool:
    """Whether everything but reference tables came in batch files."""
    data = [f for f in extract.files if not all(_is_reference(run, t) for t in f.tables)]
    return bool(data) and all(f.kind == "batch" for f in data)


def _is_reference(run: _Run, table: str) -> bool:
    return table in run.rulebook.tables and run.rulebook.tables[table].reference_data


def _taken_as_whole(extract: Extract, rules: Mapping[int, Rule], outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
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


def _empty_snapshot(run: _Run, rules: list[Rule]) -> None:
    """Rules that can do without a snapshot may still name its tables: they find them empty."""
    named = {table for rule in rules for table, _ in rule.reads if table.startswith("prev.")}
    for table in sorted(named):
        with run.engine.within("prev"):
            name = table.removeprefix("prev.")
            run.engine.run(f"create or replace view {name} as select * from main.{name} where false")


def _find(
    run: _Run,
    extract: Extract,
    base: Extract | None,
    supplies: Mapping[str, Supply],
    rules: dict[int, Rule],
    outcomes: dict[str, Outcome],
    parameters: Parameters,
) -> dict[str, Outcome]:
    formats = [str(p) for p in extract.formats]
    if base:
        findings.keep_touched(run.engine, rules, supplies, [f.number for f in extract.files])
    if "student_home" in run.rulebook.models:
        cross.make_model(run.engine, run.rulebook.models, "student_home", parameters, run.models)
    if run.scope:
        run.scope.hide(rules)
    found = findings.Findings(run.engine, run.rulebook, run.options.names, str(parameters["as_of_date"]))
    found.read_unreadable(formats)
    outcomes = found.add_rules(rules, outcomes)
    counts = found.add_formats(run.scope.formats(extract.files, formats, run.work) if run.scope else formats)
    read = sum(f.rows_read for f in (run.scope.files(extract.files) if run.scope else extract.files))
    for family in FORMATS:
        outcomes[family] = Outcome(family, "passed", read, counts.get(family, 0))
    return {k: o.judged() if o.status == "passed" else o for k, o in sorted(outcomes.items())}


def _measure(run: _Run, summary: Summary, stage: Path) -> None:
    """The metrics of the rulebook, where their tables are there; what can't be measured is a notice.

    None for a viewer: they count students that no viewer sees all of.
    """
    if run.scope or not run.rulebook.metrics:
        return
    chosen, year = [], summary.parameters.metric_year
    for metric in dict.fromkeys(d.metric for d in run.rulebook.metrics):
        try:
            chosen += metrics.choose(run.rulebook, year, [metric])
        except UserError as error:
            summary.notices.append(error.message)
    run.progress.stage("measure", None)
    kept = metric_results.measure_all(
        run.engine, run.rulebook, summary.supplies, summary.parameters, chosen, run.models, stage / "audit.duckdb",
        stage / "metrics",
    )  # fmt: skip
    summary.metrics, summary.broken_metrics = kept.told, kept.broken
    summary.notices += kept.notices + [f"error: {text}" for text in kept.broken]


def _places(run: _Run, summary: Summary) -> list[str]:
    """Makes the tables that reports of districts and students are built from; returns their names."""
    places.make_checked(run.engine, run.rulebook, summary.supplies, run.scope)
    rows = sum(s.rows for s in summary.supplies.values())
    wanted = run.options.by_district or rows <= places.MOST_WITHOUT_ASKING
    places.make_students(run.engine, run.rulebook, summary.supplies if wanted else {}, run.scope, run.options.names)
    return ["checked_by_school", "student_rows"]


def _write(run: _Run, summary: Summary, night: nightly.Nightly, clock: float) -> Result:
    import reports
    from reports import export as exports

    run.progress.stage("write", None)
    out = run.options.out
    listed = outputs.lists_in(out) - {f"{name}.csv" for name in summary.lists}
    outdated = {"metrics", "answer", "exceptions.xlsx", "waivers.csv", *listed}
    with moves.staged(out, outdated) as stage:
        outputs.write_exceptions(run.engine, stage, night.marked)
        _measure(run, summary, stage)
        status = summary.exit_status(run.options, night.fresh() if night.history else summary.counts)
        clock = run.timed("metrics", clock)
        outputs.write_rule_results(stage, summary.outcomes.values())
        told = _remembered(run, summary, night, status)
        outputs.write_lists(stage, {**summary.lists, **{k: told[k] for k in ("waivers",) if k in told}})
        made = _places(run, summary)
        tables = {**summary.tables(run.engine, status, run.seconds), **told}
        outputs.write_database(run.engine, stage / "audit.duckdb", tables, made, night.views)
        clock = run.timed("write", clock)
        run.progress.stage("report", None)
        catalogue.place(run.rulebook, run.options.rules, stage / "report" / "rules")
        share, title = run.options.memory_bytes // 2, visibility.title(run.options.as_json())
        database, pages = stage / "audit.duckdb", stage / "report"
        said: dict[str, Any] = {
            "names": run.options.names,
            "title": title,
            "memory": share,
            "metrics": stage / "metrics",
        }
        if run.options.by_district:
            done = run.progress.advance
            said |= {"jobs": run.options.threads, "workbooks": run.options.xlsx}
            reports.build_districts(database, pages, on_done=lambda code: done(1, code), **said)
        else:
            reports.build(database, pages, **said)
        exports.write(
            database, failing=FAILING[run.options.fail_on], fresh=run.options.fail_on == "new", title=title,
            names=run.options.names, workbook=run.options.xlsx or run.options.format == "xlsx", memory=share,
        )  # fmt: skip
        run.timed("report", clock)
        document = {**summary.as_json(run.options, status, run.stages, run.seconds), **night.as_json()}
        outputs.write_run(stage, document)
        notice.write(stage, out, document)
    run.progress.done()
    rule_rows = [vars(o) for o in summary.outcomes.values()]
    return Result(status, out, document, summary.counts, out / "report" / "index.html", rule_rows)


def _remembered(run: _Run, summary: Summary, night: nightly.Nightly, status: int) -> dict[str, pl.DataFrame]:
    """Adds the run to the history of the workspace; what is to be told of it."""
    waived = night.waived()
    summary.waived = sum(waived.values())
    files = [outputs.input_row(f) for f in summary.extract.files]
    entry = history.Night(
        as_of=summary.parameters.as_of,
        started=summary.started,
        verdict=summary.verdict,
        exit_status=status,
        counts=summary.counts,
        waived=summary.waived,
        records=sum(f["rows_checked"] for f in files),
        partial=summary.base is not None,
        seconds=run.seconds,
        out=str(run.options.out.resolve()),
    )
    return night.record(entry, summary.outcomes, files)
