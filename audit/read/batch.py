"""Batch files: what line 1 says, and which layout the rows have.

Line 1 names the type of the file; the name and the number of columns name the layout, the content of the first rows
(where codes of schools and dates stand) confirms it or decides between two.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from audit.read.decode import Reader, read_date, read_rcdt, read_text, reader
from audit.read.plan import SID, Field, Fill, Plan, TablePlan, source
from audit.rulebook import Layout, LayoutColumn, Rulebook, Table

#: What the state appends to the rows it returns.
RESULT_COLUMNS = ("result_code", "result_message_codes")
#: A layout is refused when fewer of its positions hold what they should (of those that hold anything).
_LEAST_FIT = 0.5
_SHAPES = {
    "date": r"^\d{4}-\d\d-\d\d|^\d\d?/\d\d?/\d{4}",
    "rcdts": r"^\d{8}[0-9A-Za-z]\d\d[0-9A-Za-z]{4}$",
    "integer": r"^\d{1,4}$",
}
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_LIKE_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|\d{8}", re.ASCII)
_LIKE_RCDT = re.compile(r"\d{8}[0-9A-Za-z]{1,7}|\d+\.\d+E\+?\d+", re.ASCII | re.IGNORECASE)


def trimmed(fields: Sequence[str]) -> list[str]:
    """The fields of line 1 without blanks around them and without the empty ones at the end."""
    out = [f.strip() for f in fields]
    while out and not out[-1]:
        out.pop()
    return out


def looks_like_batch(fields: Sequence[str], types: Collection[str], prefix: str) -> bool:
    """Whether a first line is meant as a batch header. ``types``: the known type names (``plain_name``).

    After a known name one more sign is enough: the columns of a table may be called like a type of file, but they are
    no numbers and dates. A mistyped name needs five fields, the district's code and one more sign.
    """
    if not types:
        return False
    head = trimmed(fields)
    if len(head) > 1 and plain_name(head[0], prefix) in types:
        return bool(_COUNT.fullmatch(head[1])) or any(_LIKE_DATE.fullmatch(f) or _LIKE_RCDT.fullmatch(f) for f in head)
    if len(head) != 5 or not head[0] or not _LIKE_RCDT.fullmatch(head[4]):
        return False
    return bool(_COUNT.fullmatch(head[1]) or _LIKE_DATE.fullmatch(head[3]))


def plain_name(name: str, prefix: str) -> str:
    """A type name as it is compared: case, blanks and the state's letters (``prefix``) before it do not count."""
    return re.sub(r"\s+", "", re.sub(rf"^\s*{prefix}\s+", "", name, flags=re.IGNORECASE)).casefold()


@dataclass(frozen=True)
class Header:
    """Line 1 of a batch file. ``count``: announced records; ``rcdt``: 11 characters."""

    type_name: str
    count: int
    file_name: str
    date: dt.date
    rcdt: str

    @property
    def school_year(self) -> int:
        """The year in which the school year of the date ends: it begins on 1 July."""
        return self.date.year + (self.date.month >= 7)


def read_header(fields: Sequence[str]) -> Header | str:
    """Line 1, or what is wrong with it."""
    head = trimmed(fields)
    if len(head) != 5:
        return "Line 1 does not have five fields."
    name, count, file_name, sent, district = head
    date, rcdt = read_date(sent).value, read_rcdt(district).value
    wrong = [
        what
        for what, ok in (
            ("number of records", _COUNT.fullmatch(count)),
            ("date sent", date),
            ("RCDT of the district", rcdt),
        )
        if not ok
    ]
    if wrong:
        return f"Line 1: {' and '.join(wrong)} can't be read."
    return Header(name, int(count), file_name, date, rcdt)


# ---------------------------------------------------------------------------------------------------------------------
# Which layout


@dataclass(frozen=True)
class Choice:
    """The layout of a file. ``results``: the rows carry the two columns of a result file. ``name``: its known type."""

    layout: Layout
    results: bool
    name: str

    @property
    def width(self) -> int:
        return self.layout.width + len(RESULT_COLUMNS) * self.results


def choose(header: Header, rulebook: Rulebook, sample: Callable[[int], pl.DataFrame]) -> Choice | str:
    """The layout that line 1 and the rows agree on, or why there is none.

    ``sample``: the first rows that have so many fields, as text columns ``c0``, ``c1`` ...
    """
    wanted = plain_name(header.type_name, rulebook.prefix)
    types = [t for t in rulebook.file_types if plain_name(t.name, rulebook.prefix) == wanted]
    if not types:
        return "Line 1 names a type of file that is not known."
    choices = [Choice(rulebook.layouts[t.layout], results, t.name) for results in (False, True) for t in types]
    samples = {width: sample(width) for width in sorted({c.width for c in choices})}
    most = max(len(s) for s in samples.values())
    if not most:
        return _no_rows(header, [c for c in choices if not c.results])
    fitting = [(fit(c.layout, samples[c.width]), c) for c in choices if len(samples[c.width]) == most]
    best, choice = max(fitting, key=lambda f: f[0])
    if best < _LEAST_FIT:
        return f"The rows do not hold what {choice.name} should hold at its positions of dates and school codes."
    return choice


def _no_rows(header: Header, choices: list[Choice]) -> Choice | str:
    """A file without a row that fits: an empty one has the latest layout of its name."""
    if not header.count:
        return choices[-1]
    widths = " or ".join(str(w) for w in sorted({c.width for c in choices}))
    return f"No row has as many fields as {choices[0].name}: {widths} (or two more in a result file)."


def fit(layout: Layout, rows: pl.DataFrame) -> float:
    """Share of the positions for dates, school codes and years that hold such in half of their filled cells or more."""
    fits = []
    for column in {c.position: c for c in layout.columns if c.kind in _SHAPES}.values():
        cells = pl.col(source(column.position - 1)).str.strip_chars()
        filled = cells.str.len_bytes() > 0
        fits.append(pl.when(filled.any()).then(cells.str.contains(_SHAPES[column.kind]).sum() * 2 >= filled.sum()))
    told = [fit for fit in rows.select(pl.concat_list(fits)).row(0)[0] if fit is not None] if fits else []
    return sum(told) / len(told) if told else 1.0


# ---------------------------------------------------------------------------------------------------------------------
# What becomes of the columns


def plan_batch(header: Header, choice: Choice, rulebook: Rulebook, own_coding: frozenset[str] = frozenset()) -> Plan:
    """How the rows of a batch file are loaded.

    ``own_coding``: columns of the file (``c0`` ...) whose decode list turned out not to apply.
    """
    layout = choice.layout
    tables = [_plan_table(layout, name, rulebook, own_coding) for name in layout.tables]
    if choice.results:
        extra = tuple(
            Field(source(layout.width + i), name, "text", read_text, extra=True)
            for i, name in enumerate(RESULT_COLUMNS)
        )
        tables[0] = replace(tables[0], fields=tables[0].fields + extra)
    constants = {
        "_submitted_date": header.date,
        "_submitted_year": header.school_year,
        "_submitter_rcdt": header.rcdt,
    }
    return Plan(choice.width, tuple(tables), constants, kind=(layout.id, choice.results, own_coding))


def _plan_table(layout: Layout, name: str, rulebook: Rulebook, own_coding: frozenset[str]) -> TablePlan:
    declared = rulebook.tables.get(name)
    fields = tuple(_field(c, declared, rulebook, own_coding) for c in layout.columns if c.table == name)
    here = [r for r in rulebook.derived if declared and r.is_for(layout.id, name) and r.column in declared.columns]
    fills = tuple(
        Fill(r.column, declared.columns[r.column].kind, pl.sql_expr(r.expression))
        for r in here
        if declared and r.expression
    )
    emit = next((r for r in rulebook.emitted if r.is_for(layout.id, name)), None)
    supplied = {f.column for f in fields if not f.extra} | {r.column for r in here}
    return TablePlan(
        part=(emit and emit.part) or name.lstrip("~"),
        table=name.lstrip("~"),
        fields=fields,
        student=declared.student if declared else SID,
        fills=fills,
        when=pl.sql_expr(emit.expression) if emit and emit.expression else None,
        working_id=True,
        supplied=frozenset(supplied),
    )


def layout_reader(c: LayoutColumn, rulebook: Rulebook, *, own: bool = False) -> Reader:
    """The meaning of a layout's column. ``own``: by the column's own code list alone.

    Of a column that no table declares a day is read as such, and everything else as text.
    """
    field = _field(c, rulebook.tables.get(c.table), rulebook, frozenset({source(c.position - 1)} if own else ()))
    return read_date if field.extra and c.kind == "date" else field.read


def _field(c: LayoutColumn, declared: Table | None, rulebook: Rulebook, own_coding: frozenset[str]) -> Field:
    """A column that the table does not declare is kept as text, as it stands in the file."""
    name, place = c.column.lstrip("~"), source(c.position - 1)
    column = declared.columns.get(name) if declared else None
    if column is None:
        return Field(place, name, "text", read_text, extra=True)
    own = rulebook.codes.get(column.codes or "")
    coding = rulebook.codes.get(c.codes or "") if place not in own_coding else None
    return Field(place, name, column.kind, reader(column.kind, own, coding))
