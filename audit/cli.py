"""The command ``sis-audit``. Results go to stdout, progress and log to stderr.

Commands are thin: settings are resolved here, the work is done elsewhere. Heavy libraries are imported inside the
commands, so that ``--help`` answers at once.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit import __version__, errors, guard, scratch, settings, streams
from audit.cli_answer import answer
from audit.cli_config import config_app
from audit.cli_fix import fix
from audit.cli_history import diff, runs_app
from audit.cli_metrics import metrics
from audit.cli_rules import Rules, State, books_of, new_rule, rules_app
from audit.errors import UserError
from audit.profile import Clock, show_profile
from audit.values import rcdt as read_rcdt

if TYPE_CHECKING:
    from audit.run import Result

app = typer.Typer(
    cls=guard.Guarded,
    name="sis-audit",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help="""Checks extracts of a student information system before the state does, offline.

    \b
    Start here:   sis-audit demo
    Then:         sis-audit check FOLDER
    """,
)
app.add_typer(rules_app, name="rules")
app.command("new-rule")(new_rule)
app.command("metrics")(metrics)
app.command("diff")(diff)
app.command("fix")(fix)
app.command("answer")(answer)
app.add_typer(runs_app, name="runs")
app.add_typer(config_app, name="config")


def main() -> None:
    """Entry point of the command ``sis-audit``."""
    # a run makes many small objects that stay: looking through them for cycles again and again costs time
    gc.set_threshold(100_000, 20, 100)
    # nothing here is linear algebra: threads that wait for it turn in circles
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    guard.watch_interrupts()
    # whatever this process makes is its user's alone
    os.umask(0o077)
    _make_only(sys.argv[1:])
    try:
        app()
    except SystemExit as leaving:
        guard.leave(leaving)


def _make_only(arguments: Sequence[str]) -> None:
    """Leaves the command that is asked for alone, if it is one: to make them all takes typer 0.02 s."""
    asked = next((a for a in arguments if not a.startswith("-")), "")
    groups = [g for g in app.registered_groups if g.name == asked]
    commands = [c for c in app.registered_commands if asked in (c.name, getattr(c.callback, "__name__", ""))]
    if groups or commands:
        app.registered_groups, app.registered_commands = groups, commands


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sis-audit {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version and stop.")
    ] = False,
) -> None:
    pass


# ---------------------------------------------------------------------------------------------------------------------
# Options that several commands share

ShowValues = Annotated[bool, typer.Option("--show-values", help="Show students' values on the terminal.")]
Config = Annotated[str | None, typer.Option("--config", metavar="FILE", help="Settings file.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no notices; the verdict only.")]
Verbose = Annotated[
    int, typer.Option("-v", "--verbose", count=True, show_default=False, help="Also settings, rules not run.")
]


@app.command(epilog="Exit status: 0 clean, 1 findings, 2 usage, 3 no verdict, 4 internal, 5 nothing to check, 130.")
def check(
    ctx: typer.Context,
    extract: Annotated[str, typer.Argument(metavar="EXTRACT", help="Folder of the extract, or one file.")],
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help="Results. [default: sis-audit-out]")] = None,
    base: Annotated[
        str | None, typer.Option("--base", metavar="FOLDER", help="Completes a partial extract; its rows count too.")
    ] = None,
    previous: Annotated[
        str | None, typer.Option("--previous", metavar="FOLDER", help="Last night's snapshot, same forms.")
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="NAME", help="A rulebook, or auto: by the files. [auto]")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Day of the audit, YYYY-MM-DD. [from the extract]")
    ] = None,
    school_year: Annotated[
        str | None, typer.Option("--school-year", metavar="YEAR", help="Ending year: 2019 = 2018-19. [from --as-of]")
    ] = None,
    submitter: Annotated[
        str | None, typer.Option("--submitter", metavar="RCDT", help="District that submits. [from the extract]")
    ] = None,
    viewer: Annotated[
        str | None, typer.Option("--viewer", metavar="RCDTS", help="Show what this school or district may see only.")
    ] = None,
    role: Annotated[
        str | None,
        typer.Option("--role", metavar="home|serving|service_provider", help="What the viewer is to the students."),
    ] = None,
    by_district: Annotated[
        bool, typer.Option("--by-district", help="Also a report for each district: report/<RCDT>/report.html.")
    ] = False,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="IDS", help="Only these rules: ids or their beginnings, as SCA,ENR-006."),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="IDS", help="All rules but these.")] = None,
    rules: Rules = None,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            "--assume", metavar="NAME=VALUE", help="Settle what the state leaves open: sis-audit rules assumptions."
        ),
    ] = None,
    names: Annotated[
        str | None,
        typer.Option("--names", metavar="none|initials|full", help="Students' names in what is written. [none]"),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", metavar="error|warning|new", help="What counts as a failure (status 1). [error]"),
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Findings end with 0 instead of 1.")] = False,
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="|".join(settings.FORMATS), help="What stdout gets. [text]"),
    ] = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="exceptions.xlsx of any size, and beside each district's report.")
    ] = False,
    memory: Annotated[
        str | None, typer.Option("--memory", metavar="SIZE", help="As 2GB. [60 % of RAM, at most 3GB]")
    ] = None,
    threads: Annotated[str | None, typer.Option("--threads", metavar="N", help="[all]")] = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", metavar="DIR", help="History of the nightly runs, and waivers.")
    ] = None,
    waivers: Annotated[
        str | None, typer.Option("--waivers", metavar="FILE", help="Accepted findings. [waivers.toml in the workspace]")
    ] = None,
    no_reuse: Annotated[
        bool,
        typer.Option("--no-reuse", help="Take nothing over from the workspace's last run, leave no rows there."),
    ] = False,
    config: Config = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Print where the time went: stages, slowest rules (to stderr).")
    ] = False,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="No bars, no progress lines.")] = False,
    show_values: ShowValues = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
) -> None:
    """Read an extract, check it against the rules, write the report.

    \b
    Examples:
      sis-audit check extract
      sis-audit check extract --out results --as-of 2018-11-30
      sis-audit check tonight --previous last-night --workspace history --fail-on new
      sis-audit check extract --select SCA,ENR-006 --format json | jq .counts
      sis-audit check extract --format jsonl | jq -r .rule_id | sort | uniq -c
      sis-audit check extract --format junit > junit.xml
      sis-audit check extract --profile
      sis-audit check state --viewer 999980010260000 --role home --out district

    --viewer judges everything, but writes and counts only the records that the viewer may see; an RCDTS that ends in
    0000 stands for all schools of the district.

    Every option can stand in sis-audit.toml (as_of = 2018-11-30) or in the environment (SIS_AUDIT_AS_OF). An option
    goes before the environment, the environment before the file.
    """
    given = {
        "out": out,
        "base": base,
        "previous": previous,
        "state": state,
        "as_of": as_of,
        "school_year": school_year,
        "submitter": submitter,
        "viewer": viewer,
        "role": role,
        "by_district": by_district or None,
        "select": select,
        "ignore": ignore,
        "rules": rules,
        "assumptions": assume,
        "names": names,
        "fail_on": fail_on,
        "exit_zero": exit_zero or None,
        "format": format_,
        "xlsx": xlsx or None,
        "memory": memory,
        "threads": threads,
        "workspace": workspace,
        "waivers": waivers,
        "profile": profile or None,
        "reuse": False if no_reuse else None,
        "progress": False if no_progress else None,
        "show_values": show_values or None,
        "verbosity": -1 if quiet else verbose or None,
    }
    options = settings.resolve(given, extract=Path(extract), config=Path(config) if config else None)
    ctx.meta["out"] = options.out
    streams.check(options)
    result = _checked(ctx, options, tell=_print_result)
    raise typer.Exit(result.exit_status)


def _checked(
    ctx: typer.Context,
    options: settings.Options,
    tell: Callable[[Result, settings.Options], None] = lambda result, options: None,
) -> Result:
    """Runs the check; nothing is written unless the paths are in order. ``tell`` prints the result."""
    settings.check_paths(options)
    clock = Clock()

    from audit import progress, run

    ctx.meta["show_values"] = options.show_values
    if options.verbosity > 0:
        for name, origin in options.origins.items():
            guard.say(f"{name} = {options.as_json()[name]} ({origin})")
    shown = progress.make(wanted=options.progress and options.verbosity >= 0)

    def finish(result: Result) -> None:
        shown.done()
        (options.out / errors.TRACE).unlink(missing_ok=True)  # of a run before
        if options.verbosity >= 0:
            for notice in result.run["notices"]:
                guard.say(f"notice: {notice}")
        tell(result, options)

    try:
        result = run.check(options, shown, finish, clock)
    except Exception as error:
        shown.done()
        _finished(options, *guard.meaning(error))
        raise
    finally:
        shown.done()
    clock.ends("finish")
    if options.profile:
        show_profile(clock)
    _finished(options, result.exit_status)
    return result


def _finished(options: settings.Options, status: int, text: str | None = None) -> None:
    """Runs the user's command for the end of a run; ``text``: why there is no result."""
    if options.on_finish and status != errors.INTERRUPTED:
        from audit import notice

        if complaint := notice.finish(options.on_finish, status, options.out, text):
            guard.say(f"sis-audit: {complaint}")


def _print_result(result: Result, options: settings.Options) -> None:
    if options.format == "json":
        typer.echo(json.dumps({**result.run, "counts": result.counts}, ensure_ascii=False, indent=1, default=str))
        return
    if settings.FORMATS[options.format]:
        streams.copy(result.out / settings.FORMATS[options.format])
        return
    from audit import terminal

    paths = {"Report": result.report, "Exceptions": result.out / "exceptions.csv"}
    paths |= {name.capitalize(): result.out / f"{name}.csv" for name in result.run["lists"]}
    summary = result.shown.with_reused(result.run)
    terminal.show(summary, paths, quiet=options.verbosity < 0, verbose=options.verbosity > 0)


@app.command()
def demo(
    ctx: typer.Context,
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder for extract and result.")] = "sis-audit-demo",
) -> None:
    """Check an invented district.

    Writes it as batch files, checks it, prints where the report is. Ends with 0 although it finds faults.

    \b
    Example:
      sis-audit demo --out somewhere
    """
    import fixtures

    folder = Path(out)
    settings.check_out(folder, {})
    fixtures.write_demo(folder / "extract")
    options = settings.Options(folder / "extract", out=folder / "result")
    ctx.meta["out"] = options.out
    result = _checked(ctx, options, tell=_print_result)
    typer.echo(result.report)
    if result.exit_status not in (errors.CLEAN, errors.FINDINGS):
        raise typer.Exit(result.exit_status)


@app.command()
def doctor(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A batch file or a table.")],
    state: State = None,
    show_values: ShowValues = False,
) -> None:
    """Say what a file is taken for and what is wrong with it.

    Layout or table, encoding, line ends, columns matched, unknown and missing, first five rows. Runs no rule.

    \b
    Examples:
      sis-audit doctor enrollment.csv
      sis-audit doctor 99998001026_11302018_001.csv --show-values
    """
    if not Path(file).is_file():
        raise UserError(f"FILE: there is no file {file}.")

    from audit import doctor as work

    text, status = work.examine(Path(file), books_of(state, None), show_values=show_values)
    typer.echo(text)
    raise typer.Exit(status)


@app.command()
def explain(
    ctx: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Rule id; IL- may be left out.")],
    extract: Annotated[str | None, typer.Argument(metavar="[EXTRACT]", help="Run the rule alone on it.")] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the query, or the expressions of a row rule.")] = False,
    state: State = None,
    previous: Annotated[str | None, typer.Option("--previous", metavar="FOLDER", help="Last snapshot.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE")] = None,
    rules: Rules = None,
    config: Config = None,
    show_values: ShowValues = False,
) -> None:
    """Explain a rule, or run it alone.

    What the state says, what is judged, how it is repaired. With an extract: counts and up to ten findings, by file and
    line.

    \b
    Examples:
      sis-audit explain ENR-006
      sis-audit explain ENR-006 extract
      sis-audit explain SCA-015 --sql
    """
    from audit import explain as work

    given = {"state": state, "previous": previous, "as_of": as_of, "rules": rules, "show_values": show_values or None}
    source, named = (Path(p) if p else None for p in (extract, config))
    values, _ = settings.gather(given, extract=source, config=named)
    book, found = work.find(work.rulebooks(*map(values.get, ("state", "rules", "assumptions"))), rule)
    typer.echo(work.evaluated(found, book) if sql else work.describe(found, book))
    if source is None:
        return
    with scratch.folder() as folder:
        alone = {"select": [found.id], "ignore": None, "out": str(folder / "out"), "verbosity": -1}
        options = settings.resolve({**given, **alone}, extract=source, config=named)
        options = replace(options, workspace=None, waivers=None, on_finish=None)
        result = _checked(ctx, options)
        typer.echo("\n" + work.examples(result.out / "audit.duckdb", found.id, show_values=show_values))
    if result.exit_status not in (errors.CLEAN, errors.FINDINGS):
        raise typer.Exit(result.exit_status)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A query over the tables and views of audit.duckdb.")],
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help="Results. [default: sis-audit-out]")] = None,
    workspace: Annotated[
        str | None, typer.Option("--workspace", metavar="DIR", help="Ask the history of a workspace instead.")
    ] = None,
    format_: Annotated[str, typer.Option("--format", metavar="text|csv|json")] = "text",
    config: Config = None,
) -> None:
    """Ask the results of a run in SQL.

    DuckDB, read-only, no other file and no network. Prints what you ask for, students' values too.

    \b
    Examples:
      sis-audit query "select rule_id, count(*) from exceptions group by 1 order by 2 desc"
      sis-audit query "from rule_results where status = 'not_run'" --format csv
      sis-audit query "show tables" --out results
      sis-audit query "select state, count(*) from history group by 1" --workspace history
    """
    from audit import query as work
    from audit import workspace as space

    values, _ = settings.gather({"out": out}, config=Path(config) if config else None)
    stored = space.database(Path(workspace)) if workspace else work.database(values.get("out", settings.DEFAULT_OUT))
    columns, rows = work.ask(stored, sql)
    typer.echo(work.formatted(columns, rows, format_), nl=False)


@app.command()
def report(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Folder of a run's results (its --out).")],
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help="[default: RUN/report]")] = None,
    district: Annotated[
        str | None, typer.Option("--district", metavar="RCDT", help="The report of this district only.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="district|school", help="A report for each district, or also school.")
    ] = None,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also exceptions.xlsx beside the reports of districts.")] = False,
) -> None:
    """Build the reports again from stored results, and the pages of the metrics.

    Checks nothing again. Prints the paths of the reports. Reports of districts are built too if the run had
    --by-district; they stand in <RCDT>/report.html, those of schools in <RCDT>/<RCDTS>/report.html. The first page is
    then a summary of the districts.

    \b
    Examples:
      sis-audit report sis-audit-out
      sis-audit report sis-audit-out --by district
      sis-audit report sis-audit-out --district 99998001026
      sis-audit report sis-audit-out --district 99998001026 --by school
    """
    from audit.query import database, readable

    stored = database(Path(run))
    target = Path(out) if out else Path(run) / "report"
    settings.check_out(target, {"RUN": Path(run)})
    if by not in (None, "district", "school"):
        raise UserError(f"--by: '{by}' is not known. Known: district, school.")
    only = read_rcdt(district, "--district") if district and district != "unassigned" else district

    import reports

    try:
        document = json.loads((Path(run) / "run.json").read_text("utf-8"))
        options = {**document["options"], "rulebook": document["rulebook"]}
    except (OSError, ValueError, KeyError):
        raise UserError(f"{run}: run.json is missing or damaged. Check again: sis-audit check EXTRACT.") from None
    from audit.visibility import title

    _catalogue_of(options, target)
    pages = target / "metrics" if out else Path(run) / "metrics"
    said: dict[str, Any] = {"names": options["names"], "title": title(options), "metrics": pages}
    with readable(Path(run)):
        if not (only or by or options.get("by_district")):
            written = [reports.build(stored, target, **said)]
        else:
            said |= {"only": only, "by_school": by == "school", "workbooks": xlsx or options.get("xlsx", False)}
            written = reports.build_districts(stored, target, **said)
    if only and not written:
        raise UserError(f"--district: the run has no record and no finding of {only}.")
    for path in written:
        typer.echo(path)


def _catalogue_of(options: Mapping[str, Any], folder: Path) -> None:
    """The rule catalogue of a run, where the reports in the folder have none: they link to it."""
    if (folder / "rules" / "index.html").exists():
        return
    from audit import catalogue, own_rules

    own = Path(options["rules"]) if options["rules"] and Path(options["rules"]).is_dir() else None
    book = own_rules.rulebook(options["rulebook"], own, options["assumptions"])
    catalogue.place(book, own, folder / "rules")
