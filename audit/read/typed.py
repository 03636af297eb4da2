"""Parquet files and tables of a DuckDB file: typed or text, batch by batch, turned into the text a CSV would hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from audit.engines.connect import connect

#: Rows that are turned into text at a time.
BATCH = 100_000
#: Whole numbers up to here have one shortest form as a binary fraction.
_EXACT = 2**53
_MEMORY = "512MB"


@dataclass(frozen=True)
class Typed:
    """A table from outside. ``numbers``: its columns (from 0) that hold numbers. ``nested``: columns left out."""

    names: tuple[str, ...]
    numbers: frozenset[int]
    nested: tuple[str, ...]
    rows: int
    batches: Iterator[pl.DataFrame] = field(repr=False, compare=False)


def open_parquet(path: Path) -> Typed:
    """Raises OSError (also for what is no Parquet file)."""
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowException as error:
        raise OSError("it is no Parquet file, or it is damaged") from error
    schema = file.schema_arrow
    flat = [i for i, f in enumerate(schema) if not pa.types.is_nested(f.type)]
    names = [schema.field(i).name for i in flat]

    def batches() -> Iterator[pl.DataFrame]:
        try:
            for batch in file.iter_batches(BATCH):
                yield _as_text([batch.column(i) for i in flat])
        except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
            raise OSError("it is damaged") from error

    return _typed(schema, flat, names, file.metadata.num_rows, batches())


def open_duckdb(path: Path, table: str) -> Typed:
    """One table of a DuckDB file, opened for reading only and without access to other files. Raises OSError."""
    connection = _connect(path)
    name = '"' + table.replace('"', '""') + '"'
    try:
        rows = connection.execute(f"select count(*) from {name}").fetchall()[0][0]
        reader = connection.sql(f"from {name}").to_arrow_reader(BATCH)
    except duckdb.Error as error:
        raise OSError("DuckDB can't read the table") from error
    schema = reader.schema
    flat = [i for i, f in enumerate(schema) if not pa.types.is_nested(f.type)]
    names = [schema.field(i).name for i in flat]

    def batches() -> Iterator[pl.DataFrame]:
        try:
            for batch in reader:
                yield _as_text([batch.column(i) for i in flat])
        except (pa.ArrowException, pl.exceptions.PolarsError, duckdb.Error, OSError) as error:
            raise OSError("DuckDB can't read the table to its end") from error
        finally:
            connection.close()

    return _typed(schema, flat, names, rows, batches())


def tables_of(path: Path) -> list[str]:
    """Names of the tables and views of a DuckDB file, in order. Raises OSError."""
    with _connect(path) as connection:
        found = connection.execute(
            "select table_name from information_schema.tables where table_catalog = current_database() "
            "and table_schema = 'main' order by table_name"
        ).fetchall()
    return [name for (name,) in found]


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    config: dict[str, Any] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": _MEMORY,
    }
    try:
        connection = connect(path, read_only=True, **config)
        connection.execute("set timezone = 'UTC'")
    except duckdb.Error as error:
        raise OSError("DuckDB can't open the file") from error
    return connection


def _typed(schema: pa.Schema, flat: list[int], names: list[str], rows: int, batches: Iterator[pl.DataFrame]) -> Typed:
    nested = tuple(f.name for i, f in enumerate(schema) if i not in set(flat))
    numeric = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    numbers = frozenset(k for k, i in enumerate(flat) if any(test(schema.field(i).type) for test in numeric))
    return Typed(tuple(names), numbers, nested, rows, batches)


def _as_text(columns: list[pa.Array]) -> pl.DataFrame:
    texts = [to_text(pl.Series(pl.from_arrow(column))).alias(f"c{i}") for i, column in enumerate(columns)]
    return pl.DataFrame(texts)


def to_text(column: pl.Series) -> pl.Series:
    """The shortest text of typed values: ISO dates, numbers without needless zeros, true and false."""
    kind = column.dtype
    if kind.is_float():
        return _float_text(column)
    if kind.is_decimal():
        text = column.cast(pl.String)
        return pl.select(
            pl.when(text.str.contains(".", literal=True))
            .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
            .otherwise(text)
        ).to_series()
    if isinstance(kind, pl.Datetime):
        plain = column.dt.replace_time_zone(None)
        midnight = plain == plain.dt.truncate("1d")
        day, moment = plain.dt.to_string("%Y-%m-%d"), plain.dt.to_string("%Y-%m-%d %H:%M:%S%.f")
        return pl.select(pl.when(midnight).then(day).otherwise(moment)).to_series()
    if kind == pl.Binary:
        return column.cast(pl.String, strict=False)
    return column.cast(pl.String)


def _float_text(column: pl.Series) -> pl.Series:
    """A whole number without point, another by the fewest digits that mean it; not-a-number is null."""
    column = column.fill_nan(None)
    whole = (column == column.floor()) & (column.abs() < _EXACT)
    digits = column.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
    text = pl.select(pl.when(whole).then(digits).otherwise(column.cast(pl.String))).to_series()
    powers = text.filter(text.str.contains("e", literal=True)).unique()
    return text.replace(powers, pl.Series([f"{Decimal(p):f}" for p in powers], dtype=pl.String))
