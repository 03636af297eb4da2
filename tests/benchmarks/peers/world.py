"""The tables that all judge: invented enrollments and students, typed, with spoiled rows."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from audit import rulebook_load
from audit.read import read_extract
from audit.rulebook import POLARS_TYPE
from tests.benchmarks.peers.rules import SPOILED

#: Of so many rows one is spoiled in each way.
EVERY = 1000
#: Enrollments of a student in the generated worlds.
SPELLS = 1.146


def make(folder: Path, rows: int) -> None:
    """Writes ``enrollment.parquet`` with about so many rows, and ``student.parquet`` with its students."""
    rulebook = rulebook_load.load("illinois")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as work:
        generate = [sys.executable, "-m", "fixtures.generate", f"{work}/csv", "--students", str(round(rows / SPELLS))]
        generate += ["--tables", "core", "--faults", "0.01", "--history", "0.02", "--courses", "1", "--seed", "1"]
        subprocess.run(generate, check=True, stderr=subprocess.DEVNULL)
        parts = read_extract(Path(work, "csv"), rulebook, Path(work, "typed")).parts
        for name, changes in SPOILED.items():
            frame = pl.concat([pl.read_parquet(part.path) for part in parts[name]])
            kinds = {c.name: POLARS_TYPE[c.kind] for c in rulebook.tables[name].columns.values()}
            spoiled(frame, changes, kinds).write_parquet(folder / f"{name}.parquet")


def spoiled(frame: pl.DataFrame, changes: list[dict[str, Any]], kinds: dict[str, Any]) -> pl.DataFrame:
    """Row 0, 1, 2 ... of each ``EVERY`` rows with the first, second, third ... of the changes."""
    place = pl.int_range(pl.len()) % EVERY
    for n, change in enumerate(changes):
        new = [pl.when(place == n).then(_value(c, v).cast(kinds[c])).otherwise(c).alias(c) for c, v in change.items()]
        frame = frame.with_columns(new)
    return frame


def _value(column: str, value: Any) -> pl.Expr:
    """``{}`` is what was there, ``{:.11}`` its first 11 characters."""
    if not isinstance(value, str) or "{" not in value:
        return pl.lit(value)
    begin, end = value.split("}", 1)
    kept = pl.col(column) if begin == "{" else pl.col(column).str.head(11)
    return pl.concat_str(kept, pl.lit(end))
