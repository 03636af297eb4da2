"""Parquet files and DuckDB files."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from audit.errors import CLEAN, NO_VERDICT
from tests.hostile.entries import FAULT, HEADER, Entry, Make, fault, row, stamped


def _columns(number: int) -> dict[str, list[Any]]:
    """A clean row and one with the planted fault, as text."""
    rows = [stamped(r.encode(), number).decode().split(",") for r in (row(1), fault(2))]
    return {name: [r[i] or None for r in rows] for i, name in enumerate(HEADER.split(","))}


def _parquet(change: Any = None, **more: pa.Array) -> Make:
    def make(folder: Path, number: int) -> None:
        columns = {k: pa.array(v, pa.string()) for k, v in _columns(number).items()}
        pq.write_table(pa.table(columns | more), folder / "enrollment.parquet")
        if change:
            path = folder / "enrollment.parquet"
            path.write_bytes(change(path.read_bytes()))

    return make


def _date(*days: dt.date | None) -> pa.Array:
    return pa.array(days, pa.date32())


_DAY = dt.date(2018, 8, 20)


def _refused(name: str, make: Make | bytes, rule: str = "FMT-FILE", says: str = "") -> Entry:
    return Entry(name, make, [(rule, None)], status=NO_VERDICT, file="enrollment.parquet", says=says)


def _good(name: str, *found: tuple[Any, ...], **more: pa.Array) -> Entry:
    return Entry(name, _parquet(**more), [*found, (FAULT, 2)], [1, 2], file="enrollment.parquet")


ENTRIES = [
    _good("Parquet of text"),
    _refused("Parquet of rubbish", b"PAR1" + bytes(100) + b"PAR1"),
    _refused("an empty file called Parquet", b""),
    _refused("Parquet cut off", _parquet(lambda data: data[:-40])),
    _refused("Parquet without its head", _parquet(lambda data: data[200:])),
    _refused(
        "Parquet whose footer is longer than the file", _parquet(lambda data: data[:-8] + b"\xff\xff\xff\x7fPAR1")
    ),
    _refused(
        "Parquet with changed pages",
        _parquet(lambda data: data[:4] + bytes(len(data) // 2) + data[4 + len(data) // 2 :]),
    ),
    _refused("CSV called Parquet", b"sid,home_rcdts\n1,2\n"),
    _good("Parquet with typed days", exit_date=_date(None, None), enrollment_date=_date(_DAY, _DAY)),
    _good(
        "Parquet with days of year 1 and 9999",
        ("FMT-DATE", 1),
        ("FMT-DATE", 2),
        exit_date=_date(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    ),
    _good(
        "Parquet with numbers of all kinds",
        ("FMT-PADDED", None, "2"),
        percent_day_attended=pa.array([Decimal("1.00"), Decimal("1.50")], pa.decimal128(38, 18)),
        school_year=pa.array([2019, 2019], pa.uint64()),
        entry_grade_level=pa.array([5.0, 5.0], pa.float32()),
    ),
    Entry(
        "Parquet with numbers that are none",
        _parquet(percent_day_attended=pa.array([float("inf"), 1.5]), school_year=pa.array([2**63, 2019], pa.uint64())),
        [("FMT-NUMBER", 1, "inf"), ("FMT-NUMBER", 1), (FAULT, 2)],
        [1, 2],
    ),
    _good("Parquet with lists and structures beside", extra=pa.array([[1], [2]]), more=pa.array([{"a": 1}, {"a": 2}])),
    Entry(
        "Parquet with a structure in place of a column",
        _parquet(exit_date=pa.array([{"a": 1}, {"a": 2}])),
        [(FAULT, 2)],
        [1, 2],
        says="left out",
    ),
    _good("Parquet with bytes that are text", exit_type_code=pa.array([b"\xc3\xa9", None], pa.binary())),
    Entry(
        "Parquet with bytes that are no text",
        _parquet(exit_type_code=pa.array([b"\xe9", None], pa.binary())),
        [("FMT-ENCODING", 1), (FAULT, 2)],
        [2],
    ),
    _good(
        "Parquet with numbers of two bytes",
        ("FMT-PADDED", None, "2"),
        percent_day_attended=pa.array([1.0, 1.5], pa.float16()),
        entry_grade_level=pa.array([5, 5], pa.int8()),
    ),
    Entry(
        "Parquet with a column whose name is no text",
        _parquet(lambda data: data.replace(b"zzzz", b"\xff\xfezz"), zzzz=pa.array([1, 2])),
        [("FMT-FILE", None)],
        status=NO_VERDICT,
    ),
    _good("Parquet with a column of nothing", exit_date=pa.nulls(2)),
    _good("Parquet with a dictionary", exit_type_code=pa.array([None, None], pa.string()).dictionary_encode()),
    _good(
        "Parquet with times of the day and spans",
        x=pa.array([1, 2], pa.time64("ns")),
        y=pa.array([1, 2], pa.duration("s")),
    ),
    _refused(
        "Parquet of six million empty rows",
        lambda folder, number: pq.write_table(pa.table({"sid": pa.nulls(6_000_000)}), folder / "enrollment.parquet"),
        says="more rows than a table of its size",
    ),
    Entry(
        "Parquet without rows",
        lambda folder, number: pq.write_table(
            pa.table({"sid": pa.array([], pa.string())}), folder / "enrollment.parquet"
        ),
        status=CLEAN,
    ),
    _refused(
        "Parquet without columns",
        lambda folder, number: pq.write_table(pa.table({}), folder / "enrollment.parquet"),
        "FMT-HEADER",
    ),
    _refused(
        "Parquet with a column twice",
        lambda folder, number: pq.write_table(
            pa.table([["1"], ["2"]], names=["sid", "SID "]), folder / "enrollment.parquet"
        ),
        "FMT-HEADER",
        "stands twice",
    ),
]
