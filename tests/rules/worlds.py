"""Rows beyond the cases: the rows of the cases mixed up, and all cases poured into one world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from audit.rulebook import Rulebook
from tests.rules import factory
from tests.rules.harness import Case

Row = dict[str, Any]

#: Columns that tell persons apart: a world gives each copy of a case its own.
PERSONS = (
    "sid", "sid_keep", "sid_delete", "caregiver_sid", "prenatal_id", "iein", "student_id", "state_id",
    "source_student_id", "target_student_id", "record_id",
)  # fmt: skip
#: Share of the cells that are emptied, and how often each case is repeated with other empty cells.
EMPTIED, COPIES = 0.1, 3


def mixed(rulebook: Rulebook, table: str, rows: Sequence[Row], count: int, random: Random) -> list[Row]:
    """``count`` rows of a table, each cell drawn from those that the given rows have in its column, or null."""
    whole = factory.frame(rulebook, table, list(rows)).drop("_file", "_line")
    values = {column: [*whole[column].unique(maintain_order=True), None] for column in whole.columns}
    return [{column: random.choice(cells) for column, cells in values.items()} for _ in range(count)]


def world(rulebook: Rulebook, cases: Iterable[Case], random: Random) -> dict[str, list[Row]]:
    """Rows per table: every case as it is and several times with some cells emptied, each with persons of its own."""
    out: dict[str, list[Row]] = {}
    for number, case in enumerate(cases):
        for copy in range(COPIES):
            for name, rows in case.tables.items():
                table = name.removeprefix("prev.")
                columns = rulebook.tables[table].columns
                valid = {c: v for c, v in factory.VALID.get(table, {}).items() if c in PERSONS}
                for row in rows:
                    made = _of_its_own(valid | row, columns, f"{number}.{copy}")
                    if copy:
                        made |= {c: None for c in columns if c not in PERSONS and random.random() < EMPTIED}
                    out.setdefault(name, []).append(made)
    return out


def _of_its_own(row: Row, columns: Mapping[str, Any], mark: str) -> Row:
    persons = {"sid": "s1"} | {c: v for c, v in row.items() if c in PERSONS}
    named = {c: f"{v}-{mark}" for c, v in persons.items() if c in columns and v is not None}
    return {c: v for c, v in row.items() if c != "_line"} | named
