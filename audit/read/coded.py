"""Columns as numbers into a dictionary: how rows travel from the text of a file to its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import polars as pl

Codes = npt.NDArray[np.unsignedinteger[Any]]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of some rows.

    ``codes``: for each row the number of its entry, the greatest number of their type where the row has none.
    ``entries``: what the numbers mean. It may be longer than these rows need, and grow while further rows are read:
    what it says of a number stays. An entry may be null.
    """

    codes: Codes
    entries: pl.Series

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def nothing(self) -> int:
        """The number of rows that have no entry."""
        return int(np.iinfo(self.codes.dtype).max)

    @property
    def filled(self) -> Flags:
        """Which rows have an entry."""
        return self.codes != self.nothing

    def where(self, entries: Flags) -> Flags:
        """The rows whose entry is marked. ``entries``: one mark for each of the first entries."""
        marks = np.append(entries[: self.nothing], False)
        return marks.take(np.minimum(self.codes, len(marks) - 1))

    def __getitem__(self, rows: slice) -> Coded:
        return Coded(self.codes[rows], self.entries)

    def filter(self, rows: Flags) -> Coded:
        return Coded(self.codes[rows], self.entries)

    def series(self) -> pl.Series:
        """The rows one by one."""
        filled = self.filled
        if filled.all():
            return self.entries.gather(self.codes)
        return self.entries.gather(pl.Series(self.codes).set(pl.Series(~filled), None))


#: A column of some rows: a series where a dictionary would be no shorter.
Column = Coded | pl.Series


def as_series(column: Column) -> pl.Series:
    return column.series() if isinstance(column, Coded) else column


def filtered(column: Column, rows: Flags) -> Column:
    return column.filter(rows) if isinstance(column, Coded) else column.filter(pl.Series(rows))


def joined(columns: Sequence[Column]) -> Column:
    """The rows of one column and of the next, all of one type."""
    coded = [c for c in columns if isinstance(c, Coded)]
    if len(columns) == 1:
        return columns[0]
    if len(coded) < len(columns):
        return pl.concat([as_series(c) for c in columns])
    if all(c.entries is coded[0].entries for c in coded):
        return Coded(np.concatenate([c.codes for c in coded]), coded[0].entries)
    codes, entries = [], coded[0].entries.clear()
    for own in coded:
        codes.append(np.where(own.filled, own.codes + np.uint32(len(entries)), np.iinfo(np.uint32).max))
        entries = entries.append(own.entries)
    return Coded(np.concatenate(codes).astype(np.uint32), entries)


class Texts:
    """Columns of text as polars parses them, block by block: the dictionary of a Categorical grows with its blocks."""

    def __init__(self) -> None:
        self._entries: dict[str, pl.Series] = {}
        # polars forgets the numbers of texts that no column holds
        self._held: list[pl.Series] = []

    def take(self, column: pl.Series) -> Column:
        """The column of a block; the same name stands for the same Categorical."""
        if column.dtype == pl.String:
            return column
        entries = self._entries.setdefault(column.name, pl.Series(dtype=pl.String))
        numbers = column.to_physical()
        size = 1 + cast("int", numbers.max() if numbers.null_count() < len(numbers) else -1)
        if size > len(entries):
            categories = column.dtype.categories  # type: ignore[attr-defined]
            new = [_entry(categories, code) for code in range(len(entries), size)]
            self._held.append(pl.Series(new, dtype=column.dtype))
            entries.append(pl.Series(new, dtype=pl.String))
        return Coded(numbers.fill_null(np.iinfo(np.uint32).max).to_numpy(), entries)


def with_dictionary(column: Column) -> Coded:
    """The same column; text gets a dictionary for these rows alone."""
    if isinstance(column, Coded):
        return column
    found = Texts().take(column.cast(pl.Categorical(pl.Categories.random())))
    assert isinstance(found, Coded)
    return found


def _entry(categories: pl.Categories, code: int) -> str:
    try:
        return cast("str", categories[code])
    except IndexError:  # a number that no text was given after all: no row has it
        return ""
