"""CSV that a spreadsheet may open: text that it would run as a formula gets an apostrophe before it.

Values come from outside, and a CSV file can't say that a cell is text. ``=cmd|...`` becomes ``'=cmd|...``; numbers, and
several of them joined by ``;``, stay as they are (``-0.5``). Parquet and JSON lines hold every value as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from audit.engines.embedded import Engine, quoted, text

#: What makes a spreadsheet take a cell for a formula, or a tab or line end that moves the rest to a cell of its own.
RUNS = r"^[=+\-@\t\r\n＝＋－＠]"
#: Numbers are no formulas.
_NUMBERS = r"^[+-]?[0-9.]*(;[+-]?[0-9.]*)*$"


def guarded(columns: Iterable[str]) -> str:
    """SQL for ``select * replace (...)``: these text columns, guarded."""
    return ", ".join(f"{_guarded(quoted(c))} as {quoted(c)}" for c in columns)


def guarded_query(engine: Engine, query: str) -> str:
    """The query with all its text columns guarded."""
    columns = [name for name, kind, *_ in engine.rows(f"describe {query}") if kind == "VARCHAR"]
    return f"select * replace ({guarded(columns)}) from ({query})" if columns else query


def _guarded(value: str) -> str:
    likely = f"({value} < '0' or ({value} >= '=' and {value} < 'A') or {value} >= '＋')"  # cheaper, and enough for most
    runs = f"regexp_matches({value}, {text(RUNS)}) and not regexp_matches({value}, {text(_NUMBERS)})"
    return f"case when {likely} and {runs} then '''' || {value} else {value} end"


def guarded_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its text columns guarded."""
    return frame.with_columns([_guarded_column(c) for c, kind in frame.schema.items() if kind == pl.String])


def _guarded_column(name: str) -> pl.Expr:
    value = pl.col(name)
    runs = value.str.contains(RUNS) & ~value.str.contains(_NUMBERS)
    return pl.when(runs).then("'" + value).otherwise(value).alias(name)


def unguarded(text_: str) -> str:
    """A cell of a guarded file as it was."""
    return text_[1:] if re.match(rf"'(?={RUNS[1:]})", text_) else text_


def guarded_text(text_: str) -> str:
    """One text, guarded."""
    return f"'{text_}" if re.match(RUNS, text_) and not re.match(_NUMBERS, text_) else text_
