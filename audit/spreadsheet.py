"""CSV that a spreadsheet may open: text that it would run as a formula gets an apostrophe before it.

Values come from outside, and a CSV file can't say that a cell is text. ``=cmd|...`` becomes ``'=cmd|...``; numbers, and
several of them joined by ``;``, stay as they are (``-0.5``). Parquet and JSON lines hold every value as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import compress, count
from pathlib import Path

import polars as pl

from audit.engines.embedded import BATCH, Engine, quoted, text
from audit.store import scan

#: What makes a spreadsheet take a cell for a formula, or a tab or line end that moves the rest to a cell of its own.
RUNS = r"^[=+\-@\t\r\n＝＋－＠]"
#: Numbers are no formulas.
_NUMBERS = r"^[+-]?[0-9.]*(;[+-]?[0-9.]*)*$"


def guarded(columns: Iterable[str]) -> str:
    """SQL for ``select * replace (...)``: these text columns, guarded."""
    return ", ".join(f"{_guarded(quoted(c))} as {quoted(c)}" for c in columns)


def _guarded(value: str) -> str:
    likely = f"({value} < '0' or ({value} >= '=' and {value} < 'A') or {value} >= '＋')"  # cheaper, and enough for most
    runs = f"regexp_matches({value}, {text(RUNS)}) and not regexp_matches({value}, {text(_NUMBERS)})"
    return f"case when {likely} and {runs} then '''' || {value} else {value} end"


def frames(engine: Engine, query: str) -> Iterator[pl.DataFrame]:
    """The result for ``write``, one frame at least: a file without rows has the names of its columns too."""
    if not engine.small:  # else all of it comes as one frame, rows or not
        yield engine.frame(f"select * from ({query}) limit 0")
    yield from engine.batches(query)


def write(path: Path, frames: Iterable[pl.DataFrame]) -> None:
    """The rows of these frames (one at least, of the same columns) as one CSV file, guarded.

    By polars, which takes half as long as the engine's own ``copy``.
    """
    with path.open("wb") as file:
        for number, frame in enumerate(frames):
            guarded_frame(frame).write_csv(file, include_header=not number)


def read(path: Path) -> Iterator[pl.DataFrame]:
    """The rows of a Parquet file for ``write``: polars reads in half the time that the engine takes to hand them on."""
    rows = scan(path)
    for first in count(0, BATCH):
        frame = rows.slice(first, BATCH).collect()
        yield frame
        if frame.height < BATCH:
            return


def cells(texts: pl.Series) -> pl.Series:
    """Texts as they stand in a CSV file: guarded, and in quotes where they need them."""
    guarded = guarded_frame(texts.to_frame()).to_series()
    odd = guarded.str.contains_any([",", '"', "\r", "\n"]) | (guarded == "")
    return guarded.zip_with(~odd, '"' + guarded.str.replace_all('"', '""') + '"') if odd.any() else guarded


def guarded_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its text columns guarded."""
    texts = frame.select(pl.col(pl.String))
    risky = texts.select(_likely(pl.all()).any()).row(0) if texts.width else ()
    return frame.with_columns(_guarded_column(pl.col(name)).alias(name) for name in compress(texts.columns, risky))


def _likely(value: pl.Expr) -> pl.Expr:
    """Cheaper, and enough for most columns."""
    return (value < "0") | ((value >= "=") & (value < "A")) | (value >= "＋")


def _guarded_column(value: pl.Expr) -> pl.Expr:
    runs = value.str.contains(RUNS) & ~value.str.contains(_NUMBERS)
    return pl.when(runs).then("'" + value).otherwise(value)


def unguarded(text_: str) -> str:
    """A cell of a guarded file as it was."""
    return text_[1:] if re.match(rf"'(?={RUNS[1:]})", text_) else text_


def guarded_text(text_: str) -> str:
    """One text, guarded."""
    return f"'{text_}" if re.match(RUNS, text_) and not re.match(_NUMBERS, text_) else text_
