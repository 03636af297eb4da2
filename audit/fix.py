"""``sis-audit fix``: what is mechanical and safe is put right in copies of the batch files, and everything is told.

Each line is taken apart as reading does it, single cells are replaced, and all other bytes stay. A cell is changed only
where there is one right way to write what it says: characters that the rulebook's ``repairs.csv`` replaces, leading
zeros that a code list settles, blanks around a value, the form of a date, small letters of an RCDTS. Lines that reading
rejects are not touched.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from audit import moves, scratch, spreadsheet
from audit.errors import NO_VERDICT, NOTHING, UserError
from audit.read import read_extract
from audit.read.batch import layout_reader
from audit.read.cells import cells, records, rejected_lines, text_of, unquoted
from audit.read.decode import CodeReader, Reader, read_date, read_rcdt, read_rcdts
from audit.read.preflight import first_lines, inspect_file
from audit.rulebook import Layout, Repair, Rulebook
from audit.store import SourceFile

#: How a batch file writes a day.
DATE = "%m/%d/%Y"
#: The file of changes.
LOG = "changes.csv"
LOG_COLUMNS = ("file_name", "line_number", "position", "column_name", "repair", "before", "after")


@dataclass(frozen=True)
class Change:
    """One cell. ``position``: of the column in the file, from 1. ``repair``: what was done, in words."""

    file: str
    line: int
    position: int
    column: str
    repair: str
    before: str
    after: str


@dataclass(frozen=True)
class Fixed:
    """``changes``: all of them, file by file. ``left``: files that could not be taken apart, and why."""

    files: list[str]
    changes: list[Change]
    left: dict[str, str]


#: What a cell should be, and what was done to it; None where it stays.
_Mend = Callable[[str], tuple[str, str] | None]


def fix(extract: Path, out: Path, rulebook: Rulebook) -> Fixed:
    """Writes corrected copies of the batch files of EXTRACT to OUT, with ``changes.csv``. Raises UserError."""
    with scratch.folder() as work:
        read = read_extract(extract, rulebook, work, ignore=out)
        batches = [f for f in read.files if f.kind == "batch"]
        if not batches:
            raise UserError(f"EXTRACT: there is no batch file in {extract}.", NOTHING)
        rejected = rejected_lines([str(p) for p in read.formats])
    fixed = Fixed([], [], {})
    with moves.staged(out) as stage:
        for file in batches:
            path = extract / file.path if extract.is_dir() else extract
            target = stage / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            why = _why_left(path, file)
            if why:
                fixed.left[file.path] = why
                continue
            changes, content = _corrected(path, file, rulebook, rejected.get(file.number, frozenset()))
            target.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
            fixed.files.append(file.path)
            fixed.changes.extend(changes)
        if not fixed.files:
            why = next(iter(fixed.left.values()))
            raise UserError(f"EXTRACT: no batch file of {extract} can be corrected: {why}.", NO_VERDICT)
        _write_log(stage / LOG, fixed.changes)
    return fixed


def _why_left(path: Path, file: SourceFile) -> str:
    if not file.readable or not file.layout_id:
        return "it could not be read: see sis-audit check"
    seen = inspect_file(path)
    if seen.encoding not in ("utf-8", "windows-1252"):
        return f"it is {seen.encoding}: save it as UTF-8 first"
    return "its lines end in lone carriage returns" if seen.line_end == "CR" else ""


# ---------------------------------------------------------------------------------------------------------------------
# One file


def _corrected(
    path: Path, file: SourceFile, rulebook: Rulebook, rejected: frozenset[int]
) -> tuple[list[Change], bytes]:
    seen = inspect_file(path)
    content, encoding = text_of(path, seen)
    layout = rulebook.layouts[file.layout_id]
    header = next(iter(first_lines(seen, 1))).line
    found = list(records(content, layout, header, rejected))
    menders = _menders(layout, rulebook, content, found, encoding)
    changes: list[Change] = []
    parts: list[bytes] = []
    behind = 0
    for line, start, end in found:
        places = list(cells(content, start, end))
        for (first, last), position in zip(places, range(1, len(places) + 1), strict=True):
            if position not in menders:
                continue
            raw = content[first:last]
            quoted = raw[:1] == b'"'
            text = unquoted(raw).decode(encoding)
            column, mend = menders[position]
            if mended := mend(text):
                after, repair = mended
                written = after.encode(encoding)
                parts += [content[behind:first], b'"' + written.replace(b'"', b'""') + b'"' if quoted else written]
                behind = last
                changes.append(Change(file.path, line, position, column, repair, text, after))
    return changes, b"".join([*parts, content[behind:]])


# ---------------------------------------------------------------------------------------------------------------------
# One cell


def _menders(
    layout: Layout, rulebook: Rulebook, content: bytes, records: list[tuple[int, int, int]], encoding: str
) -> dict[int, tuple[str, _Mend]]:
    """Position -> name of the column, and how its cells are mended.

    A column whose cells show that they are not written in the layout's coding is read by its own list, as in reading.
    """
    found: dict[int, tuple[str, _Mend]] = {}
    for position in sorted({c.position for c in layout.columns}):
        columns = [c for c in layout.columns if c.position == position]
        readers = [layout_reader(c, rulebook) for c in columns]
        if any(isinstance(r, CodeReader) and r.telltale for r in readers):
            texts = {_nth(content, start, end, position, encoding) for _, start, end in records}
            readers = [
                layout_reader(c, rulebook, own=isinstance(r, CodeReader) and any(map(r.is_telltale, texts)))
                for c, r in zip(columns, readers, strict=True)
            ]
        repairs = [r for r in rulebook.repairs if any(c.table in r.tables and c.column in r.columns for c in columns)]
        found[position] = columns[0].column.lstrip("~"), cache(_mender(readers, repairs))
    return found


def _nth(content: bytes, start: int, end: int, position: int, encoding: str) -> str:
    first, last = list(cells(content, start, end))[position - 1]
    return unquoted(content[first:last]).decode(encoding).strip()


def _mender(readers: list[Reader], repairs: list[Repair]) -> _Mend:
    def mend(text: str) -> tuple[str, str] | None:
        done: list[str] = []
        value = text.strip()
        if value != text:
            done.append("blanks around it left out")
        for repair in repairs:
            changed = re.sub(f"[{re.escape(repair.find)}]", lambda _, r=repair: r.write, value)  # type: ignore[misc]
            if changed != value:
                value = " ".join(changed.split())
                done.append(repair.meaning)
        if value:
            forms = {form for read in readers if (form := _form(read, value))}
            # several tables may take the cell; what they do not agree on is left alone
            if len(forms) == 1:
                value, meaning = forms.pop()
                done.append(meaning)
        return (value, "; ".join(done)) if done and value != text else None

    return mend


def _form(read: Reader, text: str) -> tuple[str, str] | None:
    """How a value should be written, and what is done for it; None where it is written so already."""
    if isinstance(read, CodeReader):
        padded = read.padded(text)
        known = padded != text and padded in read.lookup
        return (padded, "leading zeros put back") if known else None
    cell = read(text)
    if cell.fault or cell.value is None:
        return None
    if read is read_date:
        written = cell.value.strftime(DATE)
        return (written, "date as MM/DD/YYYY") if written != text else None
    if read in (read_rcdts, read_rcdt) and cell.lowered:
        return text.upper(), "capital letters"
    return None


# ---------------------------------------------------------------------------------------------------------------------
# The log


def _write_log(path: Path, changes: list[Change]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LOG_COLUMNS)
    guarded = spreadsheet.guarded_text
    writer.writerows(
        (guarded(c.file), c.line, c.position, guarded(c.column), c.repair, guarded(c.before), guarded(c.after))
        for c in changes
    )
    path.write_text(text.getvalue(), "utf-8")


def counts(changes: list[Change]) -> Mapping[tuple[str, str], int]:
    """(column, repair) -> number of changes, by name."""
    found: dict[tuple[str, str], int] = {}
    for change in changes:
        key = (change.column, change.repair)
        found[key] = found.get(key, 0) + 1
    return dict(sorted(found.items()))
