"""The command ``sis-audit fix``: corrected copies of batch files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit import guard, settings
from audit.cli_rules import State
from audit.errors import NO_VERDICT, UserError

FOLDER = Path("sis-audit-fixed")


def fix(
    ctx: typer.Context,
    extract: Annotated[str, typer.Argument(metavar="EXTRACT", help="Folder with batch files, or one file.")],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Folder of the copies.")] = str(FOLDER),
    state: State = None,
    config: Annotated[str | None, typer.Option("--config", metavar="FILE", help="Settings file.")] = None,
) -> None:
    """Write corrected copies of batch files.

    Only what is mechanical and safe: apostrophes, periods and commas in names as the rules prescribe, leading zeros of
    codes, blanks around a value, the form of dates, small letters of an RCDTS. The input is not touched, nothing is
    guessed, all other bytes stay. DIR/changes.csv has each change with file, line, column, before and after.

    \b
    Examples:
      sis-audit fix extract
      sis-audit fix extract --out corrected
    """
    source, target = Path(extract), Path(out)
    if not source.exists():
        raise UserError(f"EXTRACT: there is no file or folder {extract}.")
    settings.check_out(target, {"EXTRACT": source})
    ctx.meta["out"] = target
    values, _ = settings.gather({"state": state}, extract=source, config=Path(config) if config else None)

    from audit import choice, own_rules, rulebook_load
    from audit import fix as work
    from audit.query import columns

    name = values.get("state", "auto")
    if name == "auto":
        installed = [own_rules.rulebook(each, None) for each in sorted(rulebook_load.available())]
        name = choice.choose(source, installed, target).name
    fixed = work.fix(source, target, own_rules.rulebook(name, None))
    for file, why in fixed.left.items():
        guard.say(f"notice: {file} is not corrected: {why}.")
    rows = [(column, repair, f"{n:,}") for (column, repair), n in work.counts(fixed.changes).items()]
    if rows:
        typer.echo(columns(("column", "what was done", "cells"), rows, (2,)) + "\n")
    typer.echo(f"{len(fixed.changes):,} cells changed in {len(fixed.files):,} files.")
    typer.echo(f"Copies   {target}\nChanges  {target / work.LOG}")
    if fixed.left:
        raise typer.Exit(NO_VERDICT)
