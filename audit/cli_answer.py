"""The command ``sis-audit answer``: what the state has said of the records that a run has judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from audit.errors import UserError


def answer(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Results of the run (its --out).")],
    returned: Annotated[str, typer.Argument(metavar="RETURNED", help="Folder of the state's returned files, or one.")],
    extract: Annotated[
        str | None, typer.Option("--extract", metavar="FOLDER", help="What was checked, if it is not where it was.")
    ] = None,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help="[default: RUN/answer]")] = None,
    format_: Annotated[str, typer.Option("--format", metavar="text|json")] = "text",
) -> None:
    """Compare the state's returned files with what was predicted.

    The returned files have two more columns: the result code (F: failed) and message codes. Each row is joined with the
    row that was sent. Confirmed: we found an error and the state rejected it; false alarm: it did not; missed: it
    rejected a record in which we found no error. Prints counts; DIR has records.csv, rules.csv and messages.csv.

    \b
    Example:
      sis-audit answer sis-audit-out returned
    """
    if format_ not in ("text", "json"):
        raise UserError(f"--format: '{format_}' is not known. Known: text, json.")
    if not Path(returned).exists():
        raise UserError(f"RETURNED: there is no file or folder {returned}.")

    from audit import answer as work
    from audit.query import columns

    target = Path(out) if out else Path(run) / "answer"
    found = work.compare(Path(run), Path(returned), Path(extract) if extract else None, target)
    more = {"unknown": found.unknown, "unanswered": found.unanswered}
    if format_ == "json":
        tables = {
            "rules": [dict(zip(work.RULE_COLUMNS, row, strict=True)) for row in found.rules],
            "messages": [dict(zip(work.MISSED_COLUMNS, row, strict=True)) for row in found.messages],
        }
        typer.echo(json.dumps({"totals": {**found.totals, **more}, **tables}, indent=1))
        return
    told = [f"{n:,} {name.replace('_', ' ')}{'s' if name == 'false_alarm' and n != 1 else ''}"
            for name, n in found.totals.items()]  # fmt: skip
    typer.echo(f"{len(found.records):,} records with an answer: {', '.join(told)}.")
    if found.unknown or found.unanswered:
        typer.echo(f"{found.unknown:,} returned rows were not sent; {found.unanswered:,} sent rows have no answer.")
    if found.rules:
        typer.echo("\n" + columns(work.RULE_COLUMNS, found.rules, (1, 2, 3)))
    if found.messages:
        typer.echo("\n" + columns(work.MISSED_COLUMNS, found.messages, (1, 2)))
    typer.echo(f"\nRecords  {target / 'records.csv'}")
