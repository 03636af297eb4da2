"""The command ``sis-audit config show``: every setting, its value, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from audit import guard, settings
from audit.errors import UserError

config_app = typer.Typer(cls=guard.QuickHelp, rich_markup_mode=None, no_args_is_help=True, help="The settings.")
#: What stands for a value that is not set.
_NOT_SET = {
    "as_of": "from the extract, else today",
    "school_year": "from the extract, else by as_of",
    "submitter": "from the extract",
    "viewer": "from the extract, else nobody: everything is shown",
    "role": "from the extract",
    "threads": "all",
    "waivers": "waivers.toml or waivers.csv in the workspace",
}


@config_app.command("show")
def config_show(
    extract: Annotated[
        str | None, typer.Argument(metavar="[EXTRACT]", help="With the sis-audit.toml of this extract.")
    ] = None,
    config: Annotated[str | None, typer.Option("--config", metavar="FILE", help="Settings file.")] = None,
    format_: Annotated[str, typer.Option("--format", metavar="text|json|csv")] = "text",
) -> None:
    """Show every setting with its value and origin.

    What a run would use: environment SIS_AUDIT_*, then sis-audit.toml (working directory, then EXTRACT), then default.
    A key that is not known ends with 2 and the nearest one.

    \b
    Examples:
      sis-audit config show
      sis-audit config show extract --format json
    """
    from audit.query import formatted

    if extract and not Path(extract).exists():
        raise UserError(f"EXTRACT: there is no file or folder {extract}.")
    options = settings.resolve({}, extract=Path(extract or "."), config=Path(config) if config else None)
    values = {name: value for name, value in options.as_json().items() if name in settings.KEYS}
    if format_ == "json":
        found = {name: {"value": value, "origin": options.origins[name]} for name, value in values.items()}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    rows = [(name, _shown(name, value), options.origins[name]) for name, value in sorted(values.items())]
    typer.echo(formatted(("setting", "value", "origin"), rows, format_), nl=False)


def _shown(name: str, value: object) -> str:
    if value is None or value == [] or value == {}:
        return f"({_NOT_SET[name]})" if name in _NOT_SET else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{k}={v}" for k, v in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)
