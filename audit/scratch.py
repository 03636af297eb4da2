"""Folders for what a run writes on its way: students' rows, so they go with their process, killed or not."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit import locks

_PREFIX = "sis-audit-run-"
#: Seconds in which a folder may be there and not be held yet.
_YOUNG = 60


@contextmanager
def folder() -> Iterator[Path]:
    """A private folder for the block, after those of killed runs are removed."""
    _sweep()
    made = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with locks.held(made, wait=True):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _sweep() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, locks.BusyError):
            found = left.lstat()
            mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
            if mine and left.is_dir() and not left.is_symlink() and time.time() - found.st_mtime > _YOUNG:
                with locks.held(left, wait=False) as handle:
                    if handle is not None:
                        shutil.rmtree(left, ignore_errors=True)
