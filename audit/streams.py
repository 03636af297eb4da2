"""Results that go to stdout as they are: for pipes and files, not for a terminal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from audit import settings
from audit.errors import UserError

#: Forms that no terminal can show.
_BINARY = ("parquet", "xlsx")
#: Forms with students' values in them.
_VALUES = ("jsonl", "csv", *_BINARY)


def check(options: settings.Options) -> None:
    """Raises UserError where the asked form would come to a terminal that must not or can't show it."""
    if not sys.stdout.isatty():
        return
    written = options.out / settings.FORMATS[options.format]
    if options.format in _BINARY:
        raise UserError(f"--format {options.format}: no terminal can show it. Add > FILE, or take {written}.")
    if options.format in _VALUES and not options.show_values:
        raise UserError(
            f"--format {options.format}: would show students' values on the terminal. Add > FILE, or --show-values, or "
            f"take {written}."
        )


def copy(path: Path) -> None:
    """The bytes of a file to stdout."""
    sys.stdout.flush()
    with path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()
