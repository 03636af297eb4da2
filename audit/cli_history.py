"""The commands on runs among others: ``sis-audit diff`` and ``sis-audit runs``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from audit import guard, settings
from audit.errors import UserError

Workspace = Annotated[str | None, typer.Option("--workspace", metavar="DIR", help="The workspace. [from the settings]")]
Form = Annotated[str, typer.Option("--format", metavar="text|csv|json")]
Config = Annotated[str | None, typer.Option("--config", metavar="FILE", help="Settings file.")]

runs_app = typer.Typer(
    cls=guard.QuickHelp, rich_markup_mode=None, no_args_is_help=True, help="The runs of a workspace: list, show, prune."
)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Results of a run (its --out), or its number.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same of a later run.")],
    by: Annotated[str, typer.Option("--by", metavar="rule|district", help="What is counted by.")] = "rule",
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Write each finding and what became of it, as CSV.")
    ] = None,
    format_: Form = "text",
    workspace: Workspace = None,
    config: Config = None,
) -> None:
    """Say what changed between two runs.

    New, came back, open, resolved: by rule and record, not by line or value. Not judged: found by OLD, while NEW could
    not judge it (its rule was not run, its file could not be read). Prints counts only.

    \b
    Examples:
      sis-audit diff last-night tonight
      sis-audit diff last-night tonight --by district --format csv
      sis-audit diff previous last --workspace history
      sis-audit diff 12 31 --workspace history --out changed.csv
    """
    from audit import diff as work
    from audit.query import formatted

    if by not in ("rule", "district"):
        raise UserError(f"--by: '{by}' is not known. Known: rule, district.")
    folder = _known(workspace, config)
    found = work.diff(old, new, folder, Path(out) if out else None)
    if format_ == "json":
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
        return
    names = ("rule_id", "severity") if by == "rule" else ("rcdt",)
    rows = found.rules if by == "rule" else found.districts
    table = formatted((*names, *work.CHANGES), rows, format_, range(len(names), len(names) + len(work.CHANGES)))
    if format_ == "text":
        typer.echo(f"{found.old['as_of']} -> {found.new['as_of']}")
        if found.other_rules:
            typer.echo("The rules are not the same: what is new may be new for the rules, not for the data.")
        told = ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in found.totals.items())
        typer.echo(told + ("\n" if rows else ""))
    if rows or format_ != "text":
        typer.echo(table, nl=False)


@runs_app.command("list")
def runs_list(workspace: Workspace = None, format_: Form = "text", config: Config = None) -> None:
    """List the runs, the last one first.

    \b
    Example:
      sis-audit runs list --workspace history
    """
    from audit import runs
    from audit.query import formatted

    rows = runs.listed(_workspace(workspace, config))
    typer.echo(formatted(runs.COLUMNS, rows, format_, range(4, len(runs.COLUMNS))), nl=False)


@runs_app.command("show")
def runs_show(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Number of the run, last or previous.")] = "last",
    workspace: Workspace = None,
    format_: Annotated[str, typer.Option("--format", metavar="text|json")] = "text",
    config: Config = None,
) -> None:
    """Show one run: its inputs, results by rule, rules that changed.

    \b
    Examples:
      sis-audit runs show --workspace history
      sis-audit runs show 12 --workspace history --format json
    """
    from audit import runs

    found = runs.one(_workspace(workspace, config), run)
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1) if format_ == "json" else runs.described(found))


@runs_app.command("prune")
def runs_prune(
    keep: Annotated[int, typer.Option("--keep", metavar="N", min=1, help="How many of the last runs stay.")],
    workspace: Workspace = None,
    config: Config = None,
) -> None:
    """Forget old runs, and what was resolved in them.

    Findings that stand stay, with the day on which they were first seen. What comes back after it was forgotten is new.
    Each run does the same with the setting keep_runs (400).

    \b
    Example:
      sis-audit runs prune --keep 90 --workspace history
    """
    from audit import runs

    gone, left = runs.prune(_workspace(workspace, config), keep)
    typer.echo(f"{gone:,} run{'' if gone == 1 else 's'} forgotten, {left:,} left.")


def _known(given: str | None, config: str | None) -> Path | None:
    values, _ = settings.gather({"workspace": given}, config=Path(config) if config else None)
    return values.get("workspace")


def _workspace(given: str | None, config: str | None) -> Path:
    if (known := _known(given, config)) is None:
        raise UserError('which workspace? Add --workspace DIR, or workspace = "DIR" to sis-audit.toml.')
    return known
