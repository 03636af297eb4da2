"""A first look at a whole file as raw bytes: can it be read, how, and how many lines does it hold?

The number of physical lines is counted here, apart from all judging of lines (``audit.read.lines``), so that the two
sides of the balance come from different code.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

#: A first line longer than this many bytes is not taken for a header.
LONGEST_HEADER = 1 << 20


@dataclass(frozen=True)
class Preflight:
    """What is known of a file before its lines are read.

    ``sha256`` and ``size`` (bytes) are those of the file as it lies there, packed if it is packed.
    ``encoding``: how its (unpacked) bytes are to be read. ``line_end``: CR for a file of lone CRs, else LF (CRLF is LF).
    ``lines``: physical lines, a last one without line end included.
    ``problem``: why the file can't be read at all (FMT-FILE), else None; with a problem the other fields say nothing.
    ``notices``: what was done to read it, without any value of the file and without its name.
    """

    path: Path
    sha256: str
    size: int
    encoding: Literal["utf-8", "utf-16-le", "utf-16-be", "windows-1252"]
    gzip: bool
    line_end: Literal["LF", "CR"]
    lines: int
    problem: str | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class FirstLine:
    """One of the first records of a file that is not a blank line.

    ``line`` to ``last``: its physical lines (1 = first of the file); they differ if a quoted field holds a line break.
    ``fields``: its values, quotes resolved, not trimmed; empty if ``problem`` says why the record can't be read.
    To go on behind it: ``read_blocks(open_bytes(p), ..., skip=record.last)``.
    """

    line: int
    last: int
    fields: tuple[str, ...]
    problem: str | None = None


def inspect_file(path: Path) -> Preflight:
    """Look at a file once, from end to end, in constant memory. Never raises for what the file is or holds."""
    raise NotImplementedError


def open_bytes(preflight: Preflight) -> BinaryIO:
    """The text of a file as UTF-8 bytes without byte order mark, unpacked, as a stream.

    Lone CRs are line feeds in a file of lone CRs; all other line ends stay as they are. What has no meaning in the
    file's encoding comes out as bytes that are not UTF-8, so that its line is judged FMT-ENCODING.
    Raises ValueError if the file has a problem.
    """
    raise NotImplementedError


def first_lines(preflight: Preflight, n: int) -> list[FirstLine]:
    """The first ``n`` records that are not blank lines, fewer if the file has fewer.

    A record that can't be read (malformed quotes, more than 1 MB, bytes that are not text) is the last one returned.
    """
    raise NotImplementedError
