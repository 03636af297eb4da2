"""Checksums of files, and whether one still holds without reading the file again.

Not by the time of the last write, which anyone can set: by the time of the last change of anything about the file
(ctime), which the file system alone sets.
"""

from __future__ import annotations

import hashlib
import sys
import time
from pathlib import Path
from typing import NamedTuple

#: Device, inode, size, time of the last write and of the last change (ns): another one where a byte of a file has
#: changed. Empty where nothing can be told by it.
Stamp = tuple[int, ...]

#: Nanoseconds since the last change from which on a further one has another time: clocks tick, and what is written by
#: way of memory (mmap) may reach the file half a minute after its time was taken.
SETTLED = 60 * 10**9
#: Times of a file system that keeps no finer ones, and perhaps no time of the last change.
_COARSE = 10**7


class Checksum(NamedTuple):
    """``sha256``: in hex digits; ``stamp``: that of the file as long as it has this checksum."""

    sha256: str
    stamp: Stamp


def stamp(path: Path) -> Stamp:
    """What a file is known by. Raises OSError."""
    found = path.stat()
    told = sys.platform != "win32" and found.st_ctime_ns % _COARSE and time.time_ns() - found.st_ctime_ns >= SETTLED
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns) if told else ()


def lasting(path: Path, before: Stamp) -> Stamp:
    """The stamp of a file that was read, if it is the one that it had before. Raises OSError."""
    return before if stamp(path) == before else ()


def checksum(path: Path) -> Checksum:
    """That of a whole file. Raises OSError."""
    before = stamp(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Checksum(digest, lasting(path, before))
