"""Columns as numbers into a dictionary: how rows travel from the text of a file to its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import polars.selectors as cs

Codes = npt.NDArray[np.unsignedinteger[Any]]
Flags = npt.NDArray[np.bool_]
#: The number of a text that is none, as polars numbers texts.
_NOTHING = int(np.iinfo(np.uint32).max)


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
    """Columns of text as polars parses them, block by block: the dictionary of a Categorical grows with its blocks.

    ``most``: of how many texts a dictionary is made; a column with more is text.
    """

    def __init__(self, most: int = _NOTHING) -> None:
        self._most = most
        self._entries: dict[str, pl.Series] = {}
        # polars forgets the numbers of texts that no column holds
        self._held: list[pl.Series] = []

    def take(self, frame: pl.DataFrame) -> dict[str, Column]:
        """The columns of a block; the same name stands for the same Categorical."""
        numbers = frame.select(cs.categorical().to_physical().fill_null(_NOTHING))
        return {c.name: self._coded(c, numbers[c.name].to_numpy()) if c.name in numbers else c for c in frame}

    def _coded(self, column: pl.Series, codes: Codes) -> Column:
        size = int((codes + np.uint32(1)).max(initial=0))  # beyond the greatest number is 0
        if size > self._most:
            return column.cast(pl.String)
        entries = self._entries.setdefault(column.name, pl.Series(dtype=pl.String))
        if size > len(entries):
            categories = column.dtype.categories  # type: ignore[attr-defined]
            new = [_entry(categories, code) for code in range(len(entries), size)]
            self._held.append(pl.Series(new, dtype=column.dtype))
            entries.append(pl.Series(new, dtype=pl.String))
        return Coded(codes, entries)


def numbered(column: Column) -> Column:
    """The same column; text gets a dictionary for these rows alone, in which a null is an entry."""
    if isinstance(column, Coded) or column.dtype != pl.String:
        return column
    numbers = column.cast(pl.Categorical(pl.Categories.random())).to_physical().fill_null(_NOTHING).to_numpy()
    codes = numbers + np.uint32(1)  # beyond the greatest number is 0
    row = np.zeros(int(codes.max(initial=0)) + 1, np.intp)  # of each number one; where nothing is null, 0 is any text
    row[codes] = np.arange(len(codes))
    return Coded(codes, column.gather(row))


def with_dictionary(column: Column) -> Coded:
    """The same column; text gets a dictionary for these rows alone."""
    if isinstance(column, Coded):
        return column
    found = Texts().take(column.cast(pl.Categorical(pl.Categories.random())).to_frame())[column.name]
    assert isinstance(found, Coded)
    return found


def _entry(categories: pl.Categories, code: int) -> str:
    try:
        return cast("str", categories[code])
    except IndexError:  # a number that no text was given after all: no row has it
        return ""
