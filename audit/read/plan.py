"""What becomes of each column of a file: the plan by which its rows are loaded."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from audit.read.decode import CODE_TYPE, Reader
from audit.rulebook import POLARS_TYPE, Kind

#: The student id: the column that gets a working id where it is empty (G22).
SID = "sid"
#: In expressions of layouts: ``_given_<column>`` is true where the cell is filled, readable or not.
GIVEN = "_given_"
_TEXT: frozenset[Kind] = frozenset({"text", "name"})


def source(index: int) -> str:
    """Name of a file's column (from 0) in the frames that are read."""
    return f"c{index}"


@dataclass(frozen=True)
class Field:
    """One column of a table, filled from the column ``source`` of the file. ``extra``: no table declares it."""

    source: str
    column: str
    kind: Kind
    read: Reader
    extra: bool = False

    @property
    def is_text(self) -> bool:
        """Taken as it is, not decoded."""
        return self.kind in _TEXT


@dataclass(frozen=True)
class Fill:
    """A column that is computed from the row and from line 1."""

    column: str
    kind: Kind
    expression: pl.Expr

    @property
    def typed(self) -> pl.Expr:
        return self.expression.cast(POLARS_TYPE[self.kind]).alias(self.column)


@dataclass(frozen=True)
class TablePlan:
    """The rows that a file gives to one table.

    ``part``: name under which the rows are kept; ``student``: the column that names the student, empty if none does;
    ``when``: which rows, None for all; ``supplied``: the declared columns that count as supplied, those included that
    are derived later.
    """

    part: str
    table: str
    fields: tuple[Field, ...]
    student: str = ""
    fills: tuple[Fill, ...] = ()
    when: pl.Expr | None = None
    working_id: bool = False
    supplied: frozenset[str] = frozenset()

    @property
    def expressions(self) -> list[pl.Expr]:
        return [f.expression for f in self.fills] + ([self.when] if self.when is not None else [])

    @property
    def schema(self) -> dict[str, Any]:
        """Columns and types of the table's parts."""
        own = {f.column: POLARS_TYPE[f.kind] for f in self.fields}
        filled = {f.column: POLARS_TYPE[f.kind] for f in self.fills}
        return {**own, **filled, "_file": pl.Int32, "_line": pl.UInt32}


@dataclass(frozen=True)
class Plan:
    """All that a file of ``width`` columns gives. ``constants``: values of line 1 that expressions may name.

    ``kind``: the same for files whose columns are the same and are read alike.
    """

    width: int
    tables: tuple[TablePlan, ...]
    constants: Mapping[str, Any]
    kind: Hashable

    def needs(self) -> frozenset[str]:
        """Names that expressions ask for."""
        return frozenset(n for t in self.tables for e in t.expressions for n in e.meta.root_names())

    def source_schema(self) -> dict[str, Any]:
        """How the file's columns are parsed: with a dictionary of its own each, but for names and student ids."""
        plain = {f.source for t in self.tables for f in t.fields if f.kind == "name" or f.column == SID}
        names = [source(i) for i in range(self.width)]
        return {n: pl.String if n in plain else pl.Categorical(pl.Categories.random(physical=CODE_TYPE)) for n in names}
