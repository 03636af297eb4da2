"""A first look at a file as raw bytes: can it be read, how, and how many lines does it hold?

The number of physical lines is counted here, apart from all judging of lines (``audit.read.lines``), so that the two
sides of the balance come from different code. Most files are plain UTF-8: of them the first bytes are looked at
(``glance``), and the rest while it is read (``Watched``). Others are read twice.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from audit.checksum import Stamp, lasting, stamp
from audit.read.recode import CHUNK, Encoding, LineEnd, TextStream, unpacked, utf8
from audit.read.spans import SPAN

Bytes = npt.NDArray[np.uint8]
Count = Callable[[Bytes], tuple[int, bool]]

#: A first line longer than this many bytes is not taken for a header.
LONGEST_HEADER = 1 << 20

#: A packed file that grows beyond GROWTH times its size is refused once it has unpacked SUSPICIOUS bytes: no table
#: shrinks that much, and such a file is made to fill memory or disk.
GROWTH, SUSPICIOUS = 500, 64 << 20

GZIP = b"\x1f\x8b"
UTF16: dict[bytes, Encoding] = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
FOREIGN = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook, not a text file",
    b"\xd0\xcf\x11\xe0": "an Office document, not a text file",
    b"PAR1": "a Parquet file, not a text file",
    GZIP: "a gzip file within a gzip file",
}


@dataclass(frozen=True)
class Preflight:
    """What is known of a file before its lines are read.

    ``sha256`` and ``size`` (bytes) are those of the file as it lies there, packed if it is packed.
    ``encoding``: how its (unpacked) bytes are to be read. ``line_end``: CR if all its line ends are lone CRs, else LF.
    ``lines``: physical lines, a last one without line end included.
    ``whole``: False after a glance: then ``sha256`` is empty and ``lines`` about right.
    ``stamp``: by which the file is known as long as it is as it was looked at (``audit.checksum``).
    ``problem``: what the file is, if it can't be read at all (FMT-FILE): "an empty file"; then ``lines`` is 0.
    ``notices``: how the file was read, if not as plain UTF-8: "read as Windows-1252, because it is not UTF-8".
    Neither quotes anything from the file, nor its name.
    """

    path: Path
    sha256: str
    size: int
    encoding: Encoding
    gzip: bool
    line_end: LineEnd
    lines: int
    problem: str | None = None
    notices: tuple[str, ...] = ()
    whole: bool = True
    stamp: Stamp = ()


@dataclass(frozen=True)
class FirstLine:
    """One of the first records of a file that is not a blank line.

    ``line`` to ``last``: its physical lines (1 = first of the file); they differ if a quoted field holds a line break.
    ``fields``: its values, quotes resolved, not trimmed; empty if the record can't be read, for the reason ``problem``.
    To go on behind it: ``read_blocks(open_bytes(p), ..., skip=record.last)``.
    """

    line: int
    last: int
    fields: tuple[str, ...]
    problem: str | None = None


def glance(path: Path) -> Preflight | None:
    """What ``inspect_file`` will say of a plain file, by its first bytes; None where they do not tell."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        before = stamp(path)
        with path.open("rb", buffering=0) as file:
            first, size = file.read(CHUNK), os.fstat(file.fileno()).st_size
    except OSError:
        return None
    feeds = first.count(b"\n")
    if not feeds or first.startswith((GZIP, *UTF16)) or _no_text(first, first.removeprefix(codecs.BOM_UTF8)):
        return None
    lines = feeds * size // len(first)
    return Preflight(path, "", size, "utf-8", gzip=False, line_end="LF", lines=lines, whole=False, stamp=before)


def inspect_file(path: Path) -> Preflight:
    """Look at a file once, from end to end, in constant memory. Never raises for what the file is or holds."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return _unreadable(path, "a folder" if path.is_dir() else "not a regular file")
        before = stamp(path)
        with path.open("rb", buffering=0) as file:
            seen = _inspect(path, file)
        return replace(seen, stamp=lasting(path, before))
    except OSError as error:
        return _unreadable(path, f"not to be opened or read ({error.strerror or type(error).__name__})")


def open_bytes(preflight: Preflight) -> BinaryIO:
    """The text of a file as UTF-8 bytes without byte order mark, unpacked, as a stream.

    Lone CRs are line feeds in a file of lone CRs; all other line ends stay as they are. What has no meaning in the
    file's encoding comes out as bytes that are not UTF-8, so that its line is judged FMT-ENCODING.
    Raises ValueError if the file has a problem.
    """
    if preflight.problem:
        raise ValueError(f"a file with a problem can't be read: {preflight.problem}")
    file = preflight.path.open("rb")
    if (preflight.encoding, preflight.line_end, preflight.gzip) == ("utf-8", "LF", False):
        return _without_mark(file)
    text = utf8(unpacked(file, preflight.gzip), preflight.encoding, preflight.line_end)
    return io.BufferedReader(TextStream(file, text), CHUNK)


def _without_mark(file: io.BufferedReader) -> io.BufferedReader:
    if file.peek(len(codecs.BOM_UTF8)).startswith(codecs.BOM_UTF8):
        file.read(len(codecs.BOM_UTF8))
    return file


def first_lines(preflight: Preflight, n: int) -> list[FirstLine]:
    """The first ``n`` records that are not blank lines, fewer if the file has fewer.

    A record that can't be read (malformed quotes, more than 1 MB or 20 lines, bytes that are not text) is the last one.
    """
    found: list[FirstLine] = []
    with open_bytes(preflight) as stream:
        # takes as many lines as a record needs
        records = csv.reader(_header_lines(stream), strict=True)
        while len(found) < n:
            line = records.line_num + 1
            try:
                fields = next(records, None)
            except (csv.Error, _NoHeaderError) as error:
                problem = str(error) if isinstance(error, _NoHeaderError) else "malformed quotes"
                return [*found, FirstLine(line, records.line_num, (), problem)]
            if fields is None:
                break
            if records.line_num - line >= SPAN:
                return [*found, FirstLine(line, records.line_num, (), f"more than {SPAN} lines")]
            if fields:
                found.append(FirstLine(line, records.line_num, tuple(fields)))
    return found


class _NoHeaderError(Exception):
    """The first lines hold no text."""


def _header_lines(stream: BinaryIO) -> Iterator[str]:
    while line := stream.readline(LONGEST_HEADER + 1):
        if len(line) > LONGEST_HEADER:
            raise _NoHeaderError(f"longer than {LONGEST_HEADER >> 20} MB")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise _NoHeaderError("bytes that are no characters") from None
        if "\0" in text:
            raise _NoHeaderError("NUL byte")
        if "\r" in text.removesuffix("\n").removesuffix("\r"):
            raise _NoHeaderError("a carriage return that ends no line")
        yield text


def _unreadable(path: Path, problem: str) -> Preflight:
    return Preflight(path, sha256="", size=0, encoding="utf-8", gzip=False, line_end="LF", lines=0, problem=problem)


def _inspect(path: Path, file: io.FileIO) -> Preflight:
    hashing = _Hashing(file)
    stored = io.BufferedReader(hashing, CHUNK)
    packed = stored.peek(len(GZIP)).startswith(GZIP)
    scan = _Scan()
    try:
        problem = scan.take_all(_bounded(unpacked(stored, packed), hashing))
    except _BombError:
        problem = f"a gzip file that grows to more than {GROWTH} times its size, as no table does"
    except (EOFError, zlib.error, gzip.BadGzipFile):
        problem = "a damaged or truncated gzip file"
    while stored.read(CHUNK):
        pass  # the hash is that of the whole file
    return Preflight(
        path,
        sha256=hashing.digest.hexdigest(),
        size=hashing.size,
        encoding=scan.encoding,
        gzip=packed,
        line_end=scan.line_end,
        lines=0 if problem else scan.lines,
        problem=problem,
        notices=() if problem else scan.notices,
    )


class _BombError(Exception):
    """A file grows beyond all measure when it is unpacked."""


def _bounded(chunks: Iterator[bytes], stored: _Hashing) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > SUSPICIOUS and size > GROWTH * stored.size:
            raise _BombError
        yield chunk


class _Hashing(io.RawIOBase):
    """A file, with the size and the hash of what was read of it."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer)
        self.digest.update(buffer[:count])
        self.size += count
        return count


class NotPlainError(Exception):
    """A file is not what a glance at it let expect: ``inspect_file`` tells what it is."""


def count_feeds(data: Bytes) -> tuple[int, bool]:
    """The line feeds of a text, and whether something is beyond ASCII."""
    return int(np.count_nonzero(data == ord("\n"))), bool(data.max(initial=0) >= 0x80)


class Watched(_Hashing):
    """The bytes of a file that looks plain (``glance``): while it is read, what the glance left open becomes known.

    Reading raises NotPlainError once the file turns out not to be UTF-8. ``count``: what does as ``count_feeds`` does.
    """

    def __init__(self, seen: Preflight, count: Count | None = None) -> None:
        super().__init__(seen.path.open("rb", buffering=0))
        self._seen, self._scan = seen, _Scan(count or count_feeds)

    def text(self) -> io.BufferedReader:
        """As ``open_bytes``."""
        return _without_mark(io.BufferedReader(self, CHUNK))

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        # so many bytes stay in the processor's cache from one look at them to the next
        count = super().readinto(buffer[:CHUNK])
        self._scan.take(buffer[:count])
        if self._scan.is_undecodable:
            raise NotPlainError
        return count

    def known(self) -> Preflight:
        """What is known of the file, now that it was read to its end. Raises NotPlainError, OSError."""
        if self._scan.encoding != "utf-8" or self.size != self._seen.size:
            raise NotPlainError
        last = lasting(self._seen.path, self._seen.stamp)
        return replace(self._seen, sha256=self.digest.hexdigest(), lines=self._scan.lines, whole=True, stamp=last)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Scan:
    """What is learned of a text while it passes: its encoding and its line ends."""

    def __init__(self, count: Count = count_feeds) -> None:
        self._count = count
        self._encoding: Encoding = "utf-8"
        self._feeds = 0
        self._returns = 0
        self._last = b""
        self._multibyte = False
        self._undecodable = False
        self._pending = b""

    def take_all(self, chunks: Iterator[bytes]) -> str | None:
        """Take the unpacked bytes of a file to their end. Returns what the file is if it is no readable text."""
        first = next(chunks, b"")
        self._encoding = UTF16.get(first[:2], "utf-8")
        self._multibyte = first.startswith(codecs.BOM_UTF8)
        text = utf8(chain((first,), chunks), self._encoding)
        start = next(text)
        if problem := _no_text(first, start):
            return problem
        for chunk in chain((start,), text):
            self.take(chunk)
        return None

    def take(self, chunk: bytes | memoryview) -> None:
        """Takes the next bytes of a text in UTF-8."""
        data = np.frombuffer(chunk, np.uint8)
        feeds, beyond = self._count(data)
        self._feeds += feeds
        if not self._feeds:
            self._returns += int(np.count_nonzero(data == ord("\r")))
        self._last = bytes(chunk[-1:]) or self._last
        # a single character of several bytes decides for UTF-8
        if not self._multibyte and (self._pending or beyond):
            part = self._pending + chunk
            known, used = codecs.utf_8_decode(part, "ignore", False)
            self._multibyte = not known.isascii()
            self._undecodable |= len(known.encode()) != used
            self._pending = part[used:]

    @property
    def is_undecodable(self) -> bool:
        """Whether something that was taken is not UTF-8, in a text that shows no sign of being so."""
        return self._undecodable and not self._multibyte

    @property
    def encoding(self) -> Encoding:
        """Meaningful once the text was taken to its end."""
        broken = self._undecodable or bool(self._pending)
        return "windows-1252" if self._encoding == "utf-8" and not self._multibyte and broken else self._encoding

    @property
    def line_end(self) -> LineEnd:
        return "CR" if self._returns and not self._feeds else "LF"

    @property
    def lines(self) -> int:
        if self.line_end == "CR":
            return self._returns + (self._last != b"\r")
        return self._feeds + (self._last != b"\n")

    @property
    def notices(self) -> tuple[str, ...]:
        notices = []
        if self.encoding == "windows-1252":
            notices.append("read as Windows-1252, because it is not UTF-8")
        elif self.encoding != "utf-8":
            notices.append("decoded from UTF-16")
        if self.line_end == "CR":
            notices.append("read with lone carriage returns as line ends, because it has no others")
        return tuple(notices)


def _no_text(first: bytes, start: bytes) -> str | None:
    """What a file is, by its first bytes and those of its text, if it is no text."""
    if not start:
        return "an empty file"
    for magic, kind in FOREIGN.items():
        if first.startswith(magic):
            return kind
    if 4 * start.count(0) >= len(start):
        return "full of NUL bytes: not a text, or UTF-16 without a byte order mark"
    return None
