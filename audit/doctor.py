"""What one file is taken for, how it was read, and what is wrong with it. Runs no rule."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from audit import scratch
from audit.choice import rank
from audit.errors import CLEAN, NO_VERDICT, NOTHING
from audit.printable import clipped, printable
from audit.query import columns
from audit.read import read_extract
from audit.read.find import Input, find
from audit.read.formats import FORMATS
from audit.read.named import match
from audit.read.preflight import Preflight, first_lines, inspect_file, open_bytes
from audit.rulebook import FILE, LINE, Layout, Rulebook, Table
from audit.store import Extract, SourceFile, scan, schema_of

#: Rows shown.
FIRST = 5
_WIDTH = 110
#: Characters of a name or value that are shown.
_LONGEST = 60
#: Bytes that are looked at to tell line ends.
_HEAD = 1 << 20
#: A file that nothing names is likened to a table when at least this share of its first line are columns of it.
_LIKE = 0.5


def examine(path: Path, books: Sequence[Rulebook], *, show_values: bool) -> tuple[str, int]:
    """The findings on a file, and an exit status: 0, 3 when it can't be read, 5 when nothing knows it.

    Values of rows are shown as shapes (digits 9, letters x) unless ``show_values``.
    """
    for book, _ in rank(path, books):
        if inputs := find(path, book).inputs:
            with scratch.folder() as work:
                extract = read_extract(path, book, work)
                return _known(path, book, inputs, extract, show_values)
    return _unknown(path, books), NOTHING


def _known(path: Path, book: Rulebook, inputs: Sequence[Input], extract: Extract, show_values: bool) -> tuple[str, int]:
    blocks = []
    for file in extract.files:
        form = next((i.form for i in inputs if i.name == file.path), "csv")
        blocks.append("\n".join([file.path, *_about(path, form, file, book)]))
        for name in (t for t in file.tables if t in book.tables):
            extras = _extras(file, book.tables[name], extract) if file.kind == "table" else []
            doubtful = len(extras) > len(file.supplied.get(name, ())) and not show_values
            hidden = extras if doubtful else []
            blocks.append(_columns(file, book.tables[name], extract, book, hidden))
            blocks.append(_rows(name, file, extract, hidden, show_values))
        blocks.append(_problems(file, extract))
    if extract.notices:
        blocks.append("\n".join(["Notices", *(f"  {n}" for n in extract.notices)]))
    whole = all(f.readable and f.balanced for f in extract.files)
    return "\n\n".join(b for b in blocks if b), CLEAN if whole else NO_VERDICT


# ---------------------------------------------------------------------------------------------------------------------
# The file


def _about(path: Path, form: str, file: SourceFile, book: Rulebook) -> list[str]:
    lines = [_said("Taken for", _taken_for(file, book)), _said("Rulebook", book.title)]
    if form == "csv":
        lines.append(_said("Encoding", _encoding(inspect_file(path))))
    counts = {
        "header": file.header_lines,
        "blank": file.blank_lines,
        "inside quoted fields": file.embedded_newlines,
        "rows checked": file.rows_checked,
        "rows rejected": file.rows_rejected,
    }
    parts = ", ".join(f"{n:,} {what}" for what, n in counts.items() if n)
    short = "" if file.balanced else "; THE SUM DOES NOT FIT"
    lines.append(_said("Lines", f"{file.lines:,}" + (f": {parts}" if parts else "") + short))
    if file.submitted_date or file.submitter_rcdt:
        lines.append(_said("Line 1", f"sent {file.submitted_date} by {file.submitter_rcdt}"))
    return lines


def _said(label: str, text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=f"  {label:<11}", subsequent_indent=" " * 13)


def _taken_for(file: SourceFile, book: Rulebook) -> str:
    if not file.readable:
        return "nothing: it can't be read, see below"
    if file.kind == "batch":
        names = [t.name for t in book.file_types if t.layout == file.layout_id][:1]
        return f"batch file {' '.join(names)} (layout {file.layout_id}); feeds {', '.join(file.tables)}"
    return f"table {', '.join(file.tables)}, by its name"


def _encoding(seen: Preflight) -> str:
    if seen.problem:
        return f"none: it is {seen.problem}"
    return f"{seen.encoding}, line ends {_line_ends(seen)}" + (", gzip" if seen.gzip else "")


def _line_ends(seen: Preflight) -> str:
    """As the beginning of the file shows them."""
    if seen.line_end == "CR":
        return "CR"
    with open_bytes(seen) as file:
        head = file.read(_HEAD)
    pairs, feeds = head.count(b"\r\n"), head.count(b"\n")
    return "LF" if not pairs else "CRLF" if pairs == feeds else "mixed, LF and CRLF"


# ---------------------------------------------------------------------------------------------------------------------
# Columns


def _columns(file: SourceFile, table: Table, extract: Extract, book: Rulebook, hidden: Collection[str]) -> str:
    """Matched, missing and unknown columns of a table."""
    given = file.supplied.get(table.name, frozenset())
    lines = [
        _listed("matched", [c for c in table.columns if c in given]),
        _listed("missing", [c for c in table.columns if c not in given], "rules that need them are not run"),
    ]
    if file.kind == "batch":
        layout = _of(book.layouts.get(file.layout_id), table.name)
        lines.append(_listed("kept", [c.column[1:] for c in layout if c.column[0] == "~"], "no rule reads them"))
    elif hidden:
        lines.append(f"  unknown {len(hidden):>3}: more than are known, so their names may be values (--show-values)")
    else:
        lines.append(
            _listed(
                "unknown", [clipped(c, _LONGEST) for c in _extras(file, table, extract)], "kept, no rule reads them"
            )
        )
    return "\n".join([f"Columns of {table.name}", *(line for line in lines if line)])


def _extras(file: SourceFile, table: Table, extract: Extract) -> list[str]:
    parts = [p for p in extract.parts.get(table.name, []) if p.file == file.number]
    names = schema_of(parts[0].path) if parts else {}
    return [c for c in names if c not in table.columns and not c.startswith("_")]


def _of(layout: Layout | None, table: str) -> list[Any]:
    return [c for c in layout.columns if c.table == table] if layout else []


def _listed(label: str, names: Sequence[str], note: str = "") -> str:
    if not names:
        return ""
    start = f"  {label:<8}{len(names):>3}: "
    said = ", ".join(names) + (f" ({note})" if note else "")
    return textwrap.fill(said, _WIDTH, initial_indent=start, subsequent_indent=" " * len(start))


# ---------------------------------------------------------------------------------------------------------------------
# Rows


def _rows(table: str, file: SourceFile, extract: Extract, hidden: Collection[str], show_values: bool) -> str:
    """The first rows as they were decoded, one column a row, without the columns ``hidden``."""
    parts = [p.path for p in extract.parts.get(table, []) if p.file == file.number]
    if not parts:
        return f"Rows of {table}: none"
    frame = scan(parts).sort(LINE).head(FIRST).collect()
    head = ["", *(f"line {n}" for n in frame[LINE])]
    shown = [c for c in frame.columns if c not in (FILE, LINE, *hidden)]
    body = [[clipped(c, _LONGEST), *(_cell(v, show_values) for v in frame[c])] for c in shown]
    title = f"First rows of {table}, decoded" + ("" if show_values else " (9 a digit, x a letter; --show-values)")
    return f"{title}\n{columns(head, body)}"


def _cell(value: Any, show_values: bool) -> str:
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f")
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    return clipped(text if show_values else shape(text), _LONGEST)


def shape(text: str) -> str:
    """Digits become 9, letters x; the rest stays."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", text))


# ---------------------------------------------------------------------------------------------------------------------
# Problems


def _problems(file: SourceFile, extract: Extract) -> str:
    """Format findings by rule and column: how many, and the first line."""
    if not extract.formats:
        return "No problem found in the file."
    found = (
        scan(extract.formats)
        .filter(pl.col(FILE) == file.number)
        .group_by("rule_id", "column_name")
        .agg(pl.len().alias("n"), pl.col(LINE).min().alias("line"), pl.col("message").first())
        .sort("rule_id", "column_name")
        .collect()
    )
    if not found.height:
        return "No problem found in the file."
    names = ("", "Severity", "Column", "Times", "First line", "What is wrong")
    rows = [
        (rule, FORMATS[rule].severity, column, f"{n:,}", line, message)
        for rule, column, n, line, message in found.iter_rows()
    ]
    return "Problems\n" + columns(names, rows, right=(3, 4))


# ---------------------------------------------------------------------------------------------------------------------
# A file that nothing names


def _unknown(path: Path, books: Sequence[Rulebook]) -> str:
    seen = inspect_file(path)
    lines = [printable(path.name), _said("Taken for", "nothing: line 1 is no batch header and the name is no table's")]
    lines.append(_said("Encoding", _encoding(seen)))
    if not seen.problem:
        lines.append(_said("Lines", f"{seen.lines:,}"))
        lines += [_said("Looks like", text) for text in _alike(seen, books)]
    lines.append(_said("Next", "name it <table>.csv, or put it into a folder <table>; or export it as a batch file"))
    return "\n".join(lines)


def _alike(seen: Preflight, books: Iterable[Rulebook]) -> list[str]:
    """The table that most of the first line's fields are columns of."""
    header = next((line.fields for line in first_lines(seen, 1)), ())
    scored = [(_share(header, table), table.name) for book in books for table in book.tables.values()]
    best, name = max(scored, default=(0.0, ""))
    return [f"table {name}: {best:.0%} of its columns' names are known there"] if best >= _LIKE else []


def _share(header: Sequence[str], table: Table) -> float:
    names = match(header, table)
    return 0.0 if isinstance(names, str) else sum(declared for _, declared in names.columns) / len(names.columns)
