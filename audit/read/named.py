"""Files of one table: which column is which, by the names in the header."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from audit.printable import clipped
from audit.read.decode import contradict, read_text, reader
from audit.read.find import shown
from audit.read.plan import Field, Plan, TablePlan, source
from audit.rulebook import CodeList, Column, Rulebook, Table

#: Names of unknown columns are shown when at least this share of the header is known: below it may be no header.
_LEAST_KNOWN = 0.5
#: A header of more columns is that of no table, and each would cost memory.
MOST_COLUMNS = 5_000
#: Unknown columns that a notice names, and how much of a name.
_LISTED, _LONGEST = 20, 60


@dataclass(frozen=True)
class Names:
    """The header of a named file. ``columns``: for each column its name in the table, and whether it is declared."""

    columns: tuple[tuple[str, bool], ...]

    @property
    def unknown(self) -> list[str]:
        return [name for name, declared in self.columns if not declared]

    @property
    def unknown_told(self) -> str:
        """The names of the unknown columns, or their number where the first line may be no header but a row."""
        if len(self.unknown) > len(self.columns) * (1 - _LEAST_KNOWN):
            return str(len(self.unknown))
        names = [clipped(name, _LONGEST) for name in self.unknown[:_LISTED]]
        more = f" and {len(self.unknown) - _LISTED} more" if len(self.unknown) > _LISTED else ""
        return ", ".join(names) + more


def match(header: Sequence[str], table: Table) -> Names | str:
    """The columns that a header names, or why it makes no sense. Blanks around a name and its case do not count."""
    if not any(name.strip() for name in header):
        return "There is no header."
    if len(header) > MOST_COLUMNS:
        return f"It has {len(header):,} columns; more than {MOST_COLUMNS:,} are not read."
    known = {c.name: c.name for c in table.columns.values()}
    known |= {alias: c.name for c in table.columns.values() for alias in c.aliases}
    found = [known.get(re.sub(r"[\s-]+", "_", name.strip().lower())) for name in header]
    declared = [name for name in found if name]
    if not declared:
        return f"No column of {table.name} is named in the header."
    plain = [name.strip().lower() for name, column in zip(header, found, strict=True) if not column and name.strip()]
    if doubled := _doubled(declared):
        return f"The column {doubled} stands twice in the header, perhaps under its old and its new name."
    if _doubled(plain):
        return "A column name stands twice in the header."
    taken = {*declared, *table.columns}
    columns = []
    for i, (name, column) in enumerate(zip(header, found, strict=True)):
        free = column or _free_name(name, i, taken)
        taken.add(free)
        columns.append((free, column is not None))
    return Names(tuple(columns))


def _doubled(names: Iterable[str]) -> str | None:
    seen = set[str]()
    return next((n for n in names if n in seen or seen.add(n)), None)  # type: ignore[func-returns-value]


def _free_name(name: str, index: int, taken: Collection[str]) -> str:
    """The name of an extra column: lower case, none that the program uses itself (they begin with ``_``)."""
    plain = shown(name.strip().lower()).lstrip("_") or f"column_{index + 1}"
    return next(n for n in (plain, *(f"{plain}_{k}" for k in range(2, index + 3))) if n not in taken)


def plan_table(names: Names, table: Table, rulebook: Rulebook, numbers: Collection[int] = ()) -> Plan:
    """How the rows of a named file are loaded. ``numbers``: columns (from 0) that hold typed numbers, not text."""
    fields = []
    for i, (name, declared) in enumerate(names.columns):
        column = table.columns[name] if declared else None
        if column is None:
            fields.append(Field(source(i), name, "text", read_text, extra=True))
            continue
        own = rulebook.codes.get(column.codes or "")
        pads = i not in numbers or own is None or own.scope == "domain"
        read = reader(column.kind, own, _harmless_coding(rulebook, table.name, column, own), pads=pads)
        fields.append(Field(source(i), name, column.kind, read))
    supplied = frozenset(name for name, declared in names.columns if declared)
    one = TablePlan(
        part=table.name,
        table=table.name,
        fields=tuple(fields),
        student=table.student,
        working_id=table.working_id,
        supplied=supplied,
    )
    return Plan(len(names.columns), (one,), {}, kind=(table.name, names, frozenset(numbers)))


def _harmless_coding(rulebook: Rulebook, table: str, column: Column, own: CodeList | None) -> CodeList | None:
    """The coding of batch files that a named file may use too: none of its codes means another thing in the column."""
    codes = rulebook.batch_codings.get((table, column.name))
    return None if codes is None or contradict(column.kind, own, codes) else codes
