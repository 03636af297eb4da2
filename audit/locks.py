"""Locks on files and folders that end with their process, however it ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class BusyError(Exception):
    """Another process holds the lock."""


@contextmanager
def held(path: Path, *, wait: bool) -> Iterator[int | None]:
    """Holds the lock on an existing folder, or on a file (made if need be); gives the handle.

    ``wait``: until another process lets go; else raises BusyError. Where the system has no such locks, nothing is held.
    """
    handle = _opened(path)
    try:
        yield handle if handle is not None and _taken(handle, wait) else None
    finally:
        if handle is not None:
            os.close(handle)


def _taken(handle: int, wait: bool) -> bool:
    """Whether the lock is held now; not where the file system has no locks. Raises BusyError."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise BusyError from None
    except OSError:
        return False
    return True


def _opened(path: Path) -> int | None:
    if fcntl is None:
        return None
    if path.is_dir():
        return os.open(path, os.O_RDONLY)
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
