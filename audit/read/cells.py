"""Records and cells of a batch file as bytes at their places, as reading takes the file apart."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from audit.read.batch import RESULT_COLUMNS
from audit.read.judge import Verdict
from audit.read.preflight import Preflight
from audit.read.spans import close_record
from audit.rulebook import Layout
from audit.store import scan

_REJECTING = ("FMT-FIELDS", "FMT-ENCODING", "FMT-QUOTE", "FMT-HEADER", "FMT-FILE")


def text_of(path: Path, seen: Preflight) -> tuple[bytes, str]:
    """The unpacked bytes of a file in UTF-8 or Windows-1252, and the name of that encoding."""
    content = gzip.decompress(path.read_bytes()) if seen.gzip else path.read_bytes()
    return content, "utf-8" if seen.encoding == "utf-8" else "cp1252"


def rejected_lines(formats: list[str]) -> dict[int, frozenset[int]]:
    """File -> lines that reading rejected."""
    if not formats:
        return {}
    rows = (
        scan(formats, missing_columns="insert")
        .filter(pl.col("rule_id").is_in(_REJECTING) & pl.col("_line").is_not_null())
        .group_by("_file").agg("_line").collect()
    )  # fmt: skip
    return {file: frozenset(lines) for file, lines in rows.iter_rows()}


def records(content: bytes, layout: Layout, header: int, rejected: frozenset[int]) -> Iterator[tuple[int, int, int]]:
    """Line, start and end (line end not counted) of each record that reading took, header left out."""
    widths = (layout.width, layout.width + len(RESULT_COLUMNS))
    body = content if content.endswith(b"\n") else content + b"\n"
    line, at = 1, 0
    while at < len(body):
        end = body.index(b"\n", at) + 1
        if line > header and line not in rejected and body[at:end].strip():
            verdict, fields, close = close_record(body, at, len(body))
            if verdict == Verdict.GOOD and fields in widths:
                last = close - 1 if body[close - 1 : close] == b"\r" else close
                yield line, at, min(last, len(content))
                end = close + 1
        line += body.count(b"\n", at, end)
        at = end


def cells(content: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each cell of a record, quotes included."""
    first = at = start
    inside = False
    while at < end:
        byte = content[at]
        if byte == 0x22:
            inside = not inside
        elif byte == 0x2C and not inside:
            yield first, at
            first = at + 1
        at += 1
    yield first, end


def unquoted(raw: bytes) -> bytes:
    return raw[1:-1].replace(b'""', b'"') if raw[:1] == b'"' and raw[-1:] == b'"' and len(raw) > 1 else raw
