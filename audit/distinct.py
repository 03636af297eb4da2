"""What depends on one column alone, worked out for the distinct values of the column instead of for every row.

A row rule is an expression over several columns, but its parts mostly read one column each, and parts of the extract
hold columns as numbers into a dictionary. So each of these is worked out on the dictionary, and the rows take what it
says by their numbers: a hundred values instead of a quarter of a million rows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from functools import cache, partial

import numpy as np
import numpy.typing as npt
import polars as pl

from audit.read.coded import Coded, Column, as_series, numbered

#: Numbers of some rows of a batch, in rising order; None: all.
Rows = npt.NDArray[np.intp] | None


class Simple:
    """Conditions over one column each, by the names that stand for them.

    ``constants``: columns that are the same in all rows.
    """

    def __init__(self, constants: Mapping[str, pl.Expr]) -> None:
        self.constants = constants
        self.conditions: dict[str, pl.Expr] = {}
        self._said: dict[str, tuple[pl.Series, pl.Series]] = {}

    def within(self, e: pl.Expr) -> pl.Expr:
        """The same condition, in which a name stands for each part of it over one column."""
        if len(self._columns(e)) == 1:
            return pl.col(self._name(e))
        parts = e.meta.pop()[::-1]
        for join in (operator.and_, operator.or_):
            if len(parts) == 2 and join(*parts).meta == e:
                return join(*map(self.within, parts))
        if len(parts) == 1 and (~parts[0]).meta == e:
            return ~self.within(parts[0])
        return e

    def column(self, name: str) -> str:
        """The column that a condition reads."""
        return self._columns(self.conditions[name]).pop()

    def of_rows(self, name: str, values: pl.Series) -> pl.Series:
        """What a condition says of values of its column."""
        frame = pl.LazyFrame({self.column(name): values}).with_columns(**self.constants)
        return frame.select(self.conditions[name].alias(name)).collect()[name]

    def of_entries(self, name: str, values: pl.Series) -> pl.Series:
        """The same; one batch often has the dictionary of the batch before."""
        if name not in self._said or not self._said[name][0].equals(values):
            self._said[name] = values, self.of_rows(name, values)
        return self._said[name][1]

    def _columns(self, e: pl.Expr) -> set[str]:
        return set(e.meta.root_names()) - set(self.constants)

    def _name(self, e: pl.Expr) -> str:
        for name, known in self.conditions.items():
            if known.meta == e:
                return name
        name = f"_{len(self.conditions)}"
        self.conditions[name] = e
        return name


class Batch:
    """Rows whose columns are given one by one, when they are needed."""

    def __init__(self, height: int, column: Callable[[str], Column], simple: Simple) -> None:
        self.height, self._simple = height, simple
        self._column = known = cache(column)
        self._told = cache(partial(_told, simple, cache(lambda name: numbered(known(name)))))

    def rows(self, columns: Collection[str], rows: Rows = None) -> pl.DataFrame:
        """Columns of some rows, and constants."""
        constants = {n: e for n, e in self._simple.constants.items() if n in columns}
        frame = pl.DataFrame({n: as_series(_of(self._column(n), rows)) for n in columns if n not in constants})
        return frame.with_columns(**constants) if constants else frame

    def holding(self, conditions: Mapping[str, pl.Expr], rows: Rows = None) -> pl.DataFrame:
        """Of some rows, what conditions are there, as ``Simple.within`` gives them: true, false or null."""
        simple, height = self._simple, self.height if rows is None else len(rows)
        names = {name for e in conditions.values() for name in e.meta.root_names()} - set(simple.constants)
        found = {n: _taken(_of(self._told(n) if n in simple.conditions else self._column(n), rows)) for n in names}
        frame = pl.LazyFrame({"": np.empty(height, np.bool_), **found})
        return frame.with_columns(**simple.constants).with_columns(**conditions).select(list(conditions)).collect()


def _told(simple: Simple, column: Callable[[str], Column], name: str) -> Column:
    """What a simple condition says of each row."""
    own = column(simple.column(name))
    if isinstance(own, Coded):
        return Coded(own.codes, simple.of_entries(name, own.entries))
    return simple.of_rows(name, own)


def _of(column: Column, rows: Rows) -> Column:
    if rows is None:
        return column
    return Coded(column.codes.take(rows), column.entries) if isinstance(column, Coded) else column.gather(rows)


def _taken(column: Column) -> pl.Series:
    """Row by row; of truths many times as fast as polars takes them."""
    if not isinstance(column, Coded) or column.entries.dtype != pl.Boolean or column.entries.null_count():
        return as_series(column)
    marks = column.entries.to_numpy()
    one = marks.all() or not marks.any()
    return pl.Series(np.full(len(column), marks[0]) if one else marks.take(column.codes))
