"""The whole pipeline on one page: read, settle, rows, cross, findings, outputs, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any

import polars as pl

from audit import (
    catalogue,
    cross,
    findings,
    history,
    judging,
    lists,
    macro,
    metric_results,
    metrics,
    moves,
    nightly,
    notice,
    outputs,
    places,
    reuse,
    terminal,
    visibility,
    workspace,
)
from audit.engines.embedded import Engine
from audit.errors import UserError
from audit.outcome import Outcome, joined
from audit.parameters import Parameters, run_parameters
from audit.profile import Clock
from audit.progress import Progress
from audit.read.formats import FORMATS
from audit.rulebook import Definition, Rule
from audit.session import SMALL, Session, opened, read_inputs
from audit.settings import Options
from audit.settle import Supply, settle
from audit.store import Extract
from audit.summary import FAILING, Summary


@dataclass(frozen=True)
class Result:
    """What a run gives back. ``run``: as run.json; ``rules``: rows of rule_results; ``report``: its first page;
    ``shown``: what the terminal shows of it."""

    exit_status: int
    out: Path
    run: dict[str, Any]
    counts: dict[str, int]
    report: Path | None
    rules: list[dict[str, Any]]
    shown: terminal.Summary


def check(
    options: Options,
    progress: Progress,
    tell: Callable[[Result], object] = lambda result: None,
    clock: Clock | None = None,
) -> Result:
    """Reads EXTRACT, judges it by the rulebook and writes everything under OUT. Raises UserError.

    ``tell``: what is done with the result before the run counts in the workspace, which is the last step of all.
    ``clock``: one that runs already.
    """
    with workspace.held(options.workspace) if options.workspace else nullcontext() as space:
        with opened(options, progress, space, clock) as run:
            result = _check(run)
        tell(result)
        if space:
            space.commit(forget=not options.reuse)
        return result


def _check(run: Session) -> Result:
    extract, base, previous = read_inputs(run)
    run.options = visibility.narrowed(run.options, run.rulebook, extract)
    night = nightly.begin(run.engine, run.options, run.rulebook, run.space)
    if sum(f.rows_read for e in (extract, base, previous) if e for f in e.files) < SMALL:
        run.engine.for_small_data()
    run.clock.ends("read")
    parameters = run_parameters(run.options, extract, base)
    read = replace(extract, formats=list(extract.formats))  # settling adds to them
    again = reuse.begin(run, read)
    supplies = settle(
        run.engine, run.rulebook, extract, run.work, base=base, submitter=run.options.submitter,
        doubled=again.stood.doubled(again.new.supplies) if again else {},
    )  # fmt: skip
    before = None
    if previous:
        with run.engine.within("prev"):
            before = settle(run.engine, run.rulebook, previous, run.work, report=False)
    if run.options.viewer and run.options.role:
        viewer, role = run.options.viewer, run.options.role
        run.scope = visibility.Scope.make(run.engine, run.rulebook, supplies, viewer, role, parameters, run.models)
        supplies = dict(run.scope.supplies)
    run.clock.ends("settle")
    judged = judging.begin(run, supplies, before)
    measures = [metrics.plan(d, parameters).parameters for d in _definitions(run, parameters)[0]]
    taken = again.take_over(judged, parameters, measures, before) if again else reuse.Taken()
    judging.judge(run, supplies, judged, parameters)
    unclear, profile = _unclear(run, extract, base), taken.profile
    if profile is None and (run.space or before) and not unclear:
        profile = macro.profile(run.engine, run.rulebook, supplies)
    reuse.keep_hits(run, judged)
    night.reused = {"files": extract.unchanged, "rules": taken.rules}
    rules, outcomes = judged.rules, joined([*judging.not_raised(run), *judged.outcomes.values()])
    if base is None and judging.batches_alone(run, extract):
        outcomes = judging.taken_as_whole(extract, rules, outcomes)
    outcomes = _find(run, extract, base, supplies, rules, outcomes, parameters, stood=taken.rules > 0)
    outcomes |= night.compare(run.rulebook, before, None if unclear else profile, unclear, parameters.as_of)
    waiving = night.waive(parameters.as_of)
    # nothing says yet who may see a line of a list
    listed = (
        {}
        if run.scope
        else lists.make(run.engine, run.rulebook, supplies, extract.files, parameters, run.options.names)
    )
    run.clock.ends("findings")
    others = {"base": base, "previous": previous}
    notices = extract.notices + [f"{name}: {n}" for name, e in others.items() if e for n in e.notices] + waiving
    summary = Summary(
        run.rulebook, extract, base, previous, supplies, outcomes, parameters, night.counts(), notices, listed,
        scope=run.scope,
    )  # fmt: skip
    result, models = _write(run, summary, night, taken.checked, [parameters, *measures])
    reuse.keep(run, read, supplies, judged, parameters, models, profile)
    return result


def _unclear(run: Session, extract: Extract, base: Extract | None) -> str:
    """Why this run's records are not all there are; empty where they are."""
    if run.scope:
        return "a viewer does not see all records"
    if base:
        return "a part of the records, completed by a base"
    return "" if all(f.readable and f.balanced for f in extract.files) else "an input could not be read"


def _find(
    run: Session,
    extract: Extract,
    base: Extract | None,
    supplies: Mapping[str, Supply],
    rules: Mapping[int, Rule],
    outcomes: dict[str, Outcome],
    parameters: Parameters,
    stood: bool,
) -> dict[str, Outcome]:
    """Adds the findings of all rules and of reading. ``stood``: some of the last run's stand (``audit.stood``)."""
    formats = [str(p) for p in extract.formats]
    if base:
        findings.keep_touched(run.engine, rules, supplies, [f.number for f in extract.files])
    if "student_home" in run.rulebook.models:
        cross.make_model(run.engine, run.rulebook.models, "student_home", parameters, run.models)
    if run.scope:
        run.scope.hide(rules)
    found = findings.Findings(run.engine, run.rulebook, supplies, run.options.names, str(parameters["as_of_date"]))
    found.read_unreadable(formats)
    if stood:
        outcomes = found.add_stood(rules, outcomes)
    outcomes = found.add_rules(rules, outcomes)
    counts = found.add_formats(run.scope.formats(extract.files, formats, run.work) if run.scope else formats)
    read = sum(f.rows_read for f in (run.scope.files(extract.files) if run.scope else extract.files))
    for family in FORMATS:
        outcomes[family] = Outcome(family, "passed", read, counts.get(family, 0))
    return {k: o.judged() if o.status == "passed" else o for k, o in sorted(outcomes.items())}


def _definitions(run: Session, parameters: Parameters) -> tuple[list[Definition], list[str]]:
    """By which definition each metric is measured, and why some can't be."""
    chosen: list[Definition] = []
    unknown: list[str] = []
    for metric in dict.fromkeys(d.metric for d in run.rulebook.metrics):
        try:
            chosen += metrics.choose(run.rulebook, parameters.metric_year, [metric])
        except UserError as error:
            unknown.append(error.message)
    return chosen, unknown


def _measure(run: Session, summary: Summary, stage: Path) -> None:
    """The metrics of the rulebook, where their tables are there; what can't be measured is a notice.

    None for a viewer: they count students that no viewer sees all of.
    """
    if run.scope or not run.rulebook.metrics:
        return
    chosen, unknown = _definitions(run, summary.parameters)
    summary.notices += unknown
    run.progress.stage("measure", None)
    kept = metric_results.measure_all(
        run.engine, run.rulebook, summary.supplies, summary.parameters, chosen, run.models, stage / "metrics"
    )
    summary.metrics, summary.broken_metrics = kept.told, kept.broken
    summary.notices += kept.notices + [f"error: {text}" for text in kept.broken]


def _places(run: Session, engine: Engine, summary: Summary, checked: pl.DataFrame | None) -> list[str]:
    """Makes the tables that reports of districts and students are built from; returns their names.

    ``checked``: the first of them, where it is known already.
    """
    if checked is None:
        places.make_checked(engine, run.rulebook, summary.supplies, run.scope)
    else:
        engine.put("checked_by_school", checked)
    rows = sum(s.rows for s in summary.supplies.values())
    wanted = run.options.by_district or rows <= places.MOST_WITHOUT_ASKING
    places.make_students(engine, run.rulebook, summary.supplies if wanted else {}, run.scope, run.options.names)
    return ["checked_by_school", "student_rows", "student_columns"]


def _write(
    run: Session,
    summary: Summary,
    night: nightly.Nightly,
    checked: pl.DataFrame | None,
    parameters: Sequence[Mapping[str, object]],
) -> tuple[Result, dict[str, str]]:
    """The results, and the models that the next run can take over; what needs one processor is made beside others."""
    run.progress.stage("write", None)
    out = run.options.out
    listed = outputs.lists_in(out) - {f"{name}.csv" for name in summary.lists}
    outdated = {"metrics", "answer", "exceptions.xlsx", "exceptions.jsonl", "waivers.csv", *listed}
    with moves.staged(out, outdated) as stage:
        outputs.write_exceptions(run.engine, stage, night.marked, lines=run.options.format == "jsonl")
        reuse.keep_findings(run, stage)
        writing = run.engine.writing(stage / "audit.duckdb")
        with writing, run.engine.beside() as other, ThreadPoolExecutor(1) as beside:
            listing = beside.submit(outputs.list_exceptions, stage)
            # small data is a matter of one processor: another may find the rows of students meanwhile
            finding = beside.submit(_places, run, other, summary, checked) if run.engine.small else None
            _measure(run, summary, stage)
            status = summary.exit_status(run.options, night.fresh() if night.history else summary.counts)
            run.clock.ends("metrics")
            outputs.write_rule_results(stage, summary.outcomes.values())
            told = _remembered(run, summary, night, status)
            outputs.write_lists(stage, {**summary.lists, **{k: told[k] for k in ("waivers",) if k in told}})
            made = finding.result() if finding else _places(run, run.engine, summary, checked)
            tables = {**summary.tables(run.engine, status, run.clock.seconds), **told}
            outputs.write_database(run.engine, tables, made, night.views)
            listing.result()
            Thread(target=_import_reports).start()  # meanwhile the file is closed, for which Python is not needed
        run.clock.ends("write")
        run.progress.stage("report", None)
        with (
            run.engine.offering(stage / "audit.duckdb"), run.engine.beside() as other, ThreadPoolExecutor(1) as beside,
        ):  # fmt: skip
            keeping = beside.submit(reuse.keep_models, run, other, parameters)
            catalogue.place(run.rulebook, run.options.rules, stage / "report" / "rules")
            shown = _report(run, stage)
            run.clock.ends("report")
            document = {**summary.as_json(run.options, status, run.clock), **night.as_json()}
            outputs.write_run(stage, document)
            notice.write(stage, out, shown, document)
            models = keeping.result()
    run.progress.done()
    rule_rows = [vars(o) for o in summary.outcomes.values()]
    index = out / "report" / "index.html"
    return Result(status, out, document, summary.counts, index, rule_rows, shown), models


def _import_reports() -> None:
    import xlsxwriter  # noqa: F401

    import reports.export.workbook
    import reports.metric  # noqa: F401


def _report(run: Session, stage: Path) -> terminal.Summary:
    """The pages, and the results in other forms, from the database in ``stage``; what the terminal shows of it."""
    import reports
    from reports import export as exports
    from reports import views

    options, database, pages = run.options, stage / "audit.duckdb", stage / "report"
    # small data needs no limit, and to set one takes longer than a page
    share = None if run.engine.small else options.memory_bytes // 2
    title = visibility.title(options.as_json())
    said: dict[str, Any] = {"names": options.names, "title": title, "memory": share, "metrics": stage / "metrics"}
    if options.by_district:
        said |= {"jobs": options.threads, "workbooks": options.xlsx}
        reports.build_districts(database, pages, on_done=lambda code: run.progress.advance(1, code), **said)
    # whoever opens it meanwhile shares it, and what was looked up; pages are made beside the other forms
    with views.opened(database, share), ThreadPoolExecutor(1) as beside:
        pages_made = None if options.by_district else beside.submit(reports.build, database, pages, **said)
        exports.write(
            database, failing=FAILING[options.fail_on], fresh=options.fail_on == "new", title=title,
            names=options.names, workbook=options.xlsx or options.format == "xlsx", memory=share,
        )  # fmt: skip
        shown = terminal.read(database)
        if pages_made:
            pages_made.result()
    return shown


def _remembered(run: Session, summary: Summary, night: nightly.Nightly, status: int) -> dict[str, pl.DataFrame]:
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
        seconds=run.clock.seconds,
        out=str(run.options.out.resolve()),
    )
    return night.record(entry, summary.outcomes, files)
