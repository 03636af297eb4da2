"""What is written as Parquet pages is what polars, DuckDB and Arrow read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.read import parquet
from audit.read.coded import Coded, Column, as_series, joined

VALUES: dict[Any, st.SearchStrategy[Any]] = {
    pl.String(): st.text(max_size=20),
    pl.Date(): st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)),
    pl.Int32(): st.integers(-(2**31), 2**31 - 1),
    pl.UInt32(): st.integers(0, 2**32 - 1),
    pl.Decimal(18, 9): st.integers(-(10**18) + 1, 10**18 - 1).map(lambda n: Decimal(n).scaleb(-9)),
}
ROWS = st.integers(0, 40)


@st.composite
def columns(draw: st.DrawFn, rows: int) -> Column:
    """A column of any type, with gaps or without, one by one or by numbers of one, two or four bytes."""
    dtype = draw(st.sampled_from(list(VALUES)))
    size = draw(st.sampled_from([0, 1, 3, 300]) if draw(st.booleans()) else st.just(5))
    values = draw(st.lists(st.none() | VALUES[dtype], min_size=min(size, 5), max_size=min(size, 5)))
    entries = pl.Series(values * (size // max(len(values), 1) or 1), dtype=dtype)
    kind = draw(st.sampled_from([np.uint8, np.uint16, np.uint32]))
    nothing = int(np.iinfo(kind).max)
    numbers = [n for n in range(len(entries)) if n < nothing] + [nothing]
    codes = draw(st.lists(st.sampled_from(numbers), min_size=rows, max_size=rows))
    column = Coded(np.array(codes, kind), entries)
    return column if draw(st.booleans()) else column.series()


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, dict[str, Column]]:
    rows = draw(ROWS)
    return rows, {f"c{n}": draw(columns(rows)) for n in range(draw(st.integers(1, 17)))}


@settings(max_examples=150, deadline=None)
@given(table=tables(), many=st.sampled_from([0, 1 << 40]))
def test_every_reader_reads_what_was_written(
    table: tuple[int, dict[str, Column]], many: int, tmp_path_factory: Any
) -> None:
    """``many``: rows from which on a dictionary is looked for."""
    rows, own = table
    path = tmp_path_factory.mktemp("parquet") / "x.parquet"
    with patch.object(parquet, "_MANY", many):
        parquet.write(path, rows, own)
    expected = pl.DataFrame({name: as_series(column) for name, column in own.items()})
    assert pl.read_parquet(path).equals(expected)
    assert pl.read_parquet(path).schema == expected.schema
    assert duckdb.sql(f"from '{path}'").pl().equals(expected)
    file = parquet.File(path)
    for name, values in expected.to_dict().items():
        column = file.column(name, values.dtype)
        if column is None:
            assert isinstance(own[name], pl.Series)
            assert values.null_count() or values.dtype in (pl.String, pl.Decimal)
        else:
            assert as_series(column).equals(values)
            assert isinstance(column, pl.Series) or column.filled.all()
    group = pq.read_metadata(path).row_group(0)
    nulls = {c.path_in_schema: c.statistics.null_count for c in map(group.column, range(group.num_columns))}
    assert nulls == expected.null_count().row(0, named=True)
    arrow = pl.from_arrow(pq.read_table(path))
    assert isinstance(arrow, pl.DataFrame)
    assert arrow.equals(expected)


@pytest.mark.parametrize("entries", [1, 255, 256, 257, 65_535, 65_536, 65_537])
def test_dictionaries_of_every_size(entries: int, tmp_path: Path) -> None:
    """Around the sizes at which numbers take another type, with rows that use all entries or the last alone."""
    texts = pl.Series([f"{n}" for n in range(entries)])
    all_of_them = np.arange(entries, dtype=np.uint32)
    gap = np.array([np.iinfo(np.uint32).max], np.uint32)
    for codes in (all_of_them, np.full(9, entries - 1, np.uint32), np.append(all_of_them, gap)):
        parquet.write(tmp_path / "x", len(codes), {"a": Coded(codes, texts)})
        expected = [None if n == gap[0] else str(n) for n in codes.tolist()]
        assert pl.read_parquet(tmp_path / "x")["a"].to_list() == expected
        column = parquet.File(tmp_path / "x").column("a", pl.String)
        assert isinstance(column, Coded)
        assert column.filled.all()
        assert column.series().to_list() == expected
        assert duckdb.sql(f"select a from read_parquet('{tmp_path / 'x'}')").pl()["a"].to_list() == expected


def test_texts_of_different_lengths_one_by_one(tmp_path: Path) -> None:
    texts = ["", "é", "x" * 70_000, "ab", "ab"]
    parquet.write(tmp_path / "x", 6, {"a": pl.Series([*texts, None])})
    assert pl.read_parquet(tmp_path / "x")["a"].to_list() == [*texts, None]


def test_texts_that_occur_often_get_a_dictionary(tmp_path: Path) -> None:
    """A column of names; what tells all rows apart stays as it is."""
    names = pl.Series([None if n % 7 == 0 else f"name {n % 1000}" for n in range(6_000)])
    parquet.write(tmp_path / "x", 6_000, {"often": names, "once": names + pl.Series(map(str, range(6_000)))})
    file = parquet.File(tmp_path / "x")
    column = file.column("often", pl.String)
    assert isinstance(column, Coded)
    assert len(column.entries) <= 1_001
    assert column.series().to_list() == names.to_list()
    assert file.column("once", pl.String) is None


def test_only_the_entries_that_rows_have_are_written(tmp_path: Path) -> None:
    texts = pl.Series([f"text number {n}" for n in range(60_000)])
    parquet.write(tmp_path / "x", 2, {"a": Coded(np.array([7, 59_999], np.uint16), texts)})
    assert (tmp_path / "x").stat().st_size < 400


def test_a_file_of_another_program_has_no_columns_of_ours(tmp_path: Path) -> None:
    pl.DataFrame({"a": ["x", None]}).write_parquet(tmp_path / "x")
    assert parquet.File(tmp_path / "x").column("a", pl.String) is None


def test_a_type_that_no_table_has(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="Boolean"):
        parquet.write(tmp_path / "x", 1, {"a": pl.Series([True])})


def test_blocks_are_joined_by_their_dictionaries() -> None:
    """The same dictionary goes on; others are put one behind the other; where one block has none, none has."""
    texts, others = pl.Series(["a", "b"]), pl.Series(["b", "c"])
    nothing = 65_535
    first = Coded(np.array([0, nothing, 1], np.uint16), texts)
    same = joined([first, Coded(np.array([1], np.uint16), texts)])
    other = joined([first, Coded(np.array([0, nothing, 1], np.uint16), others)])
    assert isinstance(same, Coded)
    assert same.entries is texts
    assert same.series().to_list() == ["a", None, "b", "b"]
    assert as_series(other).to_list() == ["a", None, "b", "b", None, "c"]
    assert as_series(joined([first, pl.Series(["x", None])])).to_list() == ["a", None, "b", "x", None]
