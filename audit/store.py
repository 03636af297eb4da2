"""What reading leaves behind: the files that were read, and typed tables as Parquet parts.

Every part holds the columns that its file supplied, typed (``rulebook.POLARS_TYPE``), extra columns as text, and
``_file`` (Int32: ``SourceFile.number``) and ``_line`` (UInt32: line in that file, 1 = first).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl

from audit.checksum import Stamp

#: One format finding (FMT-*): ``column_name``, ``value`` and ``_line`` are null where they do not apply.
FORMAT_SCHEMA = {
    "rule_id": pl.String,
    "table_name": pl.String,
    "_file": pl.Int32,
    "_line": pl.UInt32,
    "sid": pl.String,
    "column_name": pl.String,
    "value": pl.String,
    "expected": pl.String,
    "message": pl.String,
}


@dataclass
class SourceFile:
    """One input file and the balance of its lines.

    ``lines`` = header_lines + blank_lines + embedded_newlines + rows_checked + rows_rejected, else not ``balanced``.
    ``supplied``: table -> columns that this file supplies (derived ones too); a declared column that is not in it is
    absent in the rows of this file, which is not the same as null. ``size``: bytes on disk. ``stamp``: by which the
    file is known as long as it has this checksum (``audit.checksum``).
    """

    number: int
    path: str
    sha256: str = ""
    kind: Literal["table", "batch", "unread"] = "unread"
    layout_id: str = ""
    tables: tuple[str, ...] = ()
    supplied: dict[str, frozenset[str]] = field(default_factory=dict)
    submitted_date: dt.date | None = None
    submitter_rcdt: str | None = None
    lines: int = 0
    header_lines: int = 0
    blank_lines: int = 0
    embedded_newlines: int = 0
    rows_read: int = 0
    rows_checked: int = 0
    rows_rejected: int = 0
    readable: bool = True
    size: int = 0
    stamp: Stamp = ()

    @property
    def balanced(self) -> bool:
        inside = self.header_lines + self.blank_lines + self.embedded_newlines
        return self.lines == inside + self.rows_checked + self.rows_rejected


@dataclass(frozen=True)
class Part:
    """A Parquet file of typed rows of one table from one source file."""

    table: str
    file: int
    path: Path
    rows: int


@dataclass
class Extract:
    """A folder that was read. ``formats``: Parquet files of FORMAT_SCHEMA. ``told``: notice -> files it is about.

    ``unchanged``: how many of the files were taken over from the last run.
    """

    root: Path
    files: list[SourceFile] = field(default_factory=list)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    formats: list[Path] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    told: dict[str, list[str]] = field(default_factory=dict)
    unchanged: int = 0

    def supplied(self, table: str) -> frozenset[str] | None:
        """Columns of a table that at least one file supplies; None when no file holds the table."""
        sets = [f.supplied[table] for f in self.files if table in f.supplied]
        return frozenset().union(*sets) if sets else None


def scan(paths: Path | Sequence[Path | str], **options: Any) -> pl.LazyFrame:
    """Rows of Parquet files. A bracket or an asterisk in the name of a folder is that, and no pattern."""
    listed = [paths] if isinstance(paths, Path) else [Path(path) for path in paths]
    return pl.scan_parquet(listed, glob=False, **options)


def schema_of(path: Path) -> pl.Schema:
    """Columns of a Parquet file."""
    return scan(path).collect_schema()
