"""The workspace of nightly runs: a folder with ``history.duckdb``, changed by one run at a time.

A run works on a copy and puts it in place of the old file as the last thing it does. So a run that is killed, whenever,
leaves the history as it was, and does not count. What it leaves for the next run to take over (``audit.kept``) changes
hands after that: without it the next run does everything itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit import kept, locks
from audit.errors import UserError

FILE_NAME = "history.duckdb"
LOCK = "lock"
_COPY = ".history-next.duckdb"
_KEPT, _KEPT_NEXT = "kept", ".kept-next"


class Workspace:
    """A workspace that this process holds. ``next``: the copy to work on; ``before``: whether there was a history.

    ``kept``: what the last run left for this one; ``kept_next``: what this one leaves, once it is whole.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.next = folder / _COPY
        self.kept, self.kept_next = folder / _KEPT, folder / _KEPT_NEXT
        self.before = (folder / FILE_NAME).is_file()
        _discard(folder)  # of a run that was killed
        if self.before:
            shutil.copyfile(folder / FILE_NAME, self.next)
            self.next.chmod(0o600)

    def commit(self, forget: bool = False) -> None:
        """Puts the copy in place: from now on the run counts. Nothing may have the copy open.

        ``forget``: leaves nothing for the next run to take over.
        """
        self.next.chmod(0o600)
        with self.next.open("rb") as file:
            os.fsync(file.fileno())
        self.next.replace(self.folder / FILE_NAME)
        whole = kept.is_whole(self.kept_next)
        if whole or forget:
            shutil.rmtree(self.kept, ignore_errors=True)
        if whole:
            with contextlib.suppress(OSError):
                self.kept_next.rename(self.kept)


def _discard(folder: Path) -> None:
    for name in (_COPY, f"{_COPY}.wal"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / _KEPT_NEXT, ignore_errors=True)


@contextmanager
def held(folder: Path) -> Iterator[Workspace]:
    """Holds the workspace (made if need be) inside the block. Raises UserError when another run holds it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for name in (FILE_NAME, LOCK, _COPY, _KEPT, _KEPT_NEXT):
            if (folder / name).is_symlink():
                raise UserError(f"--workspace: {name} in {folder} is a link. Remove it, or name another folder.")
        (folder / LOCK).touch(mode=0o600)
    except OSError as error:
        raise UserError(f"--workspace: can't write in {folder} ({error.strerror}). Name another folder.") from None
    try:
        with locks.held(folder / LOCK, wait=False) as handle:
            if handle is not None:
                os.truncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
            try:
                # within: an interrupt while the history is copied leaves no copy either
                yield Workspace(folder)
            finally:
                with contextlib.suppress(OSError):
                    _discard(folder)
    except locks.BusyError:
        raise UserError(
            f"--workspace: another run ({_holder(folder)}) is at work in {folder}. Wait until it has ended, or name "
            "another workspace."
        ) from None


def _holder(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return f"process {int((folder / LOCK).read_text('ascii'))}"
    return "of another user or machine"


def database(folder: Path) -> Path:
    """The history in a workspace. Raises UserError where there is none."""
    path = folder / FILE_NAME
    if not path.is_file():
        raise UserError(
            f"there is no history in {folder} (no {FILE_NAME}). First: sis-audit check EXTRACT --workspace {folder}"
        )
    return path
