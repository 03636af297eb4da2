"""What a user is told, and the exit status that goes with it."""

from __future__ import annotations

import errno
import os
import platform
import re
import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path

from audit import __version__

#: Exit statuses (the command line's contract).
CLEAN, FINDINGS, USAGE, NO_VERDICT, INTERNAL, NOTHING, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

#: Which status speaks when several apply, the strongest first.
PRECEDENCE = (INTERRUPTED, INTERNAL, USAGE, NOTHING, NO_VERDICT, FINDINGS, CLEAN)

#: Where an unexpected error of a run is told.
TRACE = "internal-error.txt"


class UserError(Exception):
    """Something that the user can put right. The text says what is wrong, where, and what to do next; no student value.

    ``exit_status``: 2 usage or settings, 3 an input or a user's own rule that can't be used, 5 nothing to check.
    """

    def __init__(self, message: str, exit_status: int = USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.exit_status = exit_status


def strongest(statuses: Iterable[int]) -> int:
    """The exit status that speaks for several; 0 for none. ValueError for a status that does not exist."""
    return PRECEDENCE[min((PRECEDENCE.index(s) for s in statuses), default=len(PRECEDENCE) - 1)]


#: What systems and libraries say where a file can't grow any more.
_FULL = re.compile(
    r"No space left|os error 28|quota exceeded|os error 122|File too large|os error 27|max_temp_directory"
)


def disk_full(error: BaseException) -> bool:
    """Whether the error, or one that led to it, means that a disk (or the share of it that may be used) is full."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", -1)):
            return True
        if not isinstance(found, UserError) and _FULL.search(str(found)):
            return True
        found = found.__cause__ or found.__context__
    return False


def out_of_memory(error: BaseException) -> bool:
    """Whether the error, or one that led to it, means that the memory that may be used does not suffice."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, MemoryError) or type(found).__name__ == "OutOfMemoryException":  # DuckDB's
            return True
        found = found.__cause__ or found.__context__
    return False


def record(error: BaseException, folder: Path | None, *, show_values: bool = False) -> Path:
    """Writes where an unexpected error came from to ``folder``/internal-error.txt (0600), else to a temporary file.

    Types and stack lines only: a message may hold a student's values, so it is left out unless ``show_values``.
    """
    text = "\n".join([f"sis-audit {__version__}, Python {platform.python_version()}, {platform.platform()}", ""])
    text += "\n".join(_stack(error, show_values)) + "\n"
    try:
        if folder is None:
            raise OSError
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / TRACE
        path.unlink(missing_ok=True)  # it may be a link
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        handle, name = tempfile.mkstemp(prefix="sis-audit-error-", suffix=".txt", text=True)
        path = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _stack(error: BaseException, show_values: bool) -> list[str]:
    """The errors that led to this one, the first of them first, each with its frames."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_stack(before, show_values), "", "which led to", ""] if before else []
    message = f": {error}" if show_values else ""
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}{message}")
    for frame in traceback.extract_tb(error.__traceback__):
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}", f"    {frame.line}"]
    return lines
