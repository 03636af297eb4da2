"""The command ``sis-audit metrics``: report-card metrics alone, without the rules."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from audit import guard, settings
from audit.cli_rules import State


def metrics(
    ctx: typer.Context,
    extract: Annotated[str, typer.Argument(metavar="EXTRACT", help="Folder of the extract, or one file.")],
    metric: Annotated[
        list[str] | None, typer.Option("--metric", metavar="fot|algebra1", help="Only this metric. [all]")
    ] = None,
    definition: Annotated[
        int | None,
        typer.Option("--definition", metavar="YEAR", help="[the newest that is not later than the school year]"),
    ] = None,
    school_year: Annotated[
        str | None,
        typer.Option("--school-year", metavar="YEAR", help="What is measured; 2018 = 2017-18. [the last whole year]"),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare/--no-compare", help="Say also what the other definitions give. [compare]")
    ] = True,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help="Results. [default: sis-audit-out]")] = None,
    base: Annotated[str | None, typer.Option("--base", metavar="FOLDER", help="Completes a partial extract.")] = None,
    state: State = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="[from the extract]")] = None,
    format_: Annotated[str | None, typer.Option("--format", metavar="text|json", help="[text]")] = None,
    config: Annotated[str | None, typer.Option("--config", metavar="FILE", help="Settings file.")] = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="No bars, no progress lines.")] = False,
) -> None:
    """Measure the report-card metrics, with evidence.

    Writes DIR/metrics: numerators, denominators and rates of state, districts, schools and subgroups, every student
    with the reason, every course line with the reason, files for publication, and a page for each metric.

    \b
    Examples:
      sis-audit metrics extract
      sis-audit metrics extract --metric algebra1 --school-year 2018 --out algebra
      sis-audit metrics extract --definition 2018
    """
    given = {
        "out": out,
        "base": base,
        "state": state,
        "as_of": as_of,
        "metric_school_year": school_year,
        "format": format_,
        "progress": False if no_progress else None,
    }
    options = settings.resolve(given, extract=Path(extract), config=Path(config) if config else None)
    settings.check_paths(options)
    ctx.meta["out"] = options.out

    from audit import measuring, progress

    shown = progress.make(wanted=options.progress)
    try:
        result = measuring.measure(options, shown, metric or [], definition, compare)
    finally:
        shown.done()
    for notice in result.notices:
        guard.say(f"notice: {notice}")
    if options.format == "json":
        typer.echo(json.dumps(result.metrics, ensure_ascii=False, indent=1))
    else:
        for found in result.metrics:
            typer.echo(_line(found))
        if result.metrics:
            typer.echo(result.folder)
    raise typer.Exit(result.exit_status)


def _line(found: dict[str, Any]) -> str:
    from reports.wording import percent

    rate = percent(Fraction(found["numerator"], found["denominator"]) if found["denominator"] else None)
    what = f"{found['title']} {found['school_year']} (definition of {found['definition']})"
    counts = f"{found['numerator']:,} of {found['denominator']:,}"
    ends = [percent(Fraction(found[end])) for end in ("low", "high") if found[end]]
    span = f"; {' to '.join(ends)} once all records are repaired" if found["low"] != found["high"] else ""
    return f"{what}: {rate}, {counts}{span}"
