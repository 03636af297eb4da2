"""Parquet files and tables of a DuckDB file: typed or text, batch by batch, turned into the text a CSV would hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from audit.engines.connect import connect, lock
from audit.read.plan import source

Batch = tuple[pl.DataFrame, Mapping[str, pl.Series]]
#: Rows that are turned into text at a time.
BATCH = 100_000
#: Whole numbers up to here have one shortest form as a binary fraction.
_EXACT = 2**53
_MEMORY = "512MB"
#: What is raised for bytes that are not as their format says; a name that is no text is a ValueError.
_DAMAGE = (pa.ArrowException, pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError)
#: A file of more rows, and of more than so many for each of its bytes, is refused: no table is that small.
_SUSPICIOUS_ROWS, _ROWS_PER_BYTE = 5_000_000, 20
#: Days since 1970 of the years 1 to 9999; polars can't write others.
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_SECONDS = 86_400
_MOST = 2**63 - 1
_TICKS = {"ms": 10**3, "us": 10**6, "ns": 10**9}


@dataclass(frozen=True)
class Typed:
    """A table from outside. ``numbers``: its columns (from 0) that hold numbers. ``left_out``: columns that no text
    stands for. ``batches``: rows as text, and by column which of them hold bytes that are no characters (null then).
    """

    names: tuple[str, ...]
    numbers: frozenset[int]
    left_out: tuple[str, ...]
    rows: int
    batches: Iterator[Batch] = field(repr=False, compare=False)


def open_parquet(path: Path) -> Typed:
    """Raises OSError (also for what is no Parquet file)."""
    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
        flat = _flat(schema)
        names = [schema.field(i).name for i in flat]
    except _DAMAGE as error:
        raise OSError("it is no Parquet file, or it is damaged") from error
    if file.metadata.num_rows > max(_SUSPICIOUS_ROWS, _ROWS_PER_BYTE * path.stat().st_size):
        raise OSError("it has more rows than a table of its size can hold")

    def batches() -> Iterator[Batch]:
        try:
            for batch in file.iter_batches(BATCH):
                yield _as_text([batch.column(i) for i in flat])
        except (*_DAMAGE, OSError) as error:
            raise OSError("it is damaged") from error

    return _typed(schema, flat, names, file.metadata.num_rows, batches())


def open_duckdb(path: Path, table: str, spill: Path) -> Typed:
    """One table of a DuckDB file, opened for reading only and without access to other files. Raises OSError.

    ``spill``: folder for what a view needs beyond memory.
    """
    connection = _connect(path, spill)
    name = '"' + table.replace('"', '""') + '"'
    try:
        rows = connection.execute(f"select count(*) from {name}").fetchall()[0][0]
        reader = connection.sql(f"from {name}").to_arrow_reader(BATCH)
    except duckdb.Error as error:
        raise OSError("DuckDB can't read the table (a view may use nothing outside of the file)") from error
    schema = reader.schema
    flat = _flat(schema)
    names = [schema.field(i).name for i in flat]

    def batches() -> Iterator[Batch]:
        try:
            for batch in reader:
                yield _as_text([batch.column(i) for i in flat])
        except (*_DAMAGE, duckdb.Error, OSError) as error:
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


def _connect(path: Path, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A view in the file is a query of someone else's: it reaches nothing but the file."""
    try:
        # without a place of its own it would spill beside the file
        connection = connect(path, read_only=True, memory_limit=_MEMORY, temp_directory=str(spill or ""))
        lock(connection)
        connection.execute("set timezone = 'UTC'")
    except duckdb.Error as error:
        raise OSError("DuckDB can't open the file") from error
    return connection


def _flat(schema: pa.Schema) -> list[int]:
    """The columns of values that a text stands for: no lists, no structures, no spans of time."""
    barred = (pa.types.is_nested, pa.types.is_duration, pa.types.is_interval)
    return [i for i, f in enumerate(schema) if not any(test(f.type) for test in barred)]


def _typed(schema: pa.Schema, flat: list[int], names: list[str], rows: int, batches: Iterator[Batch]) -> Typed:
    left_out = tuple(f.name for i, f in enumerate(schema) if i not in set(flat))
    numeric = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    numbers = frozenset(k for k, i in enumerate(flat) if any(test(schema.field(i).type) for test in numeric))
    return Typed(tuple(names), numbers, left_out, rows, batches)


def _as_text(columns: list[pa.Array]) -> Batch:
    values = [pl.Series(source(i), pl.from_arrow(_in_range(column))) for i, column in enumerate(columns)]
    texts = [to_text(column).alias(column.name) for column in values]
    bytes_ = [(c, t) for c, t in zip(values, texts, strict=True) if c.dtype == pl.Binary]
    return pl.DataFrame(texts), {c.name: c.is_not_null() & t.is_null() for c, t in bytes_}


def _in_range(column: pa.Array) -> pa.Array:
    """Seconds as milliseconds, which polars has; raises ArrowInvalid where they are too many, as polars does not."""
    kind = column.type
    return column.cast(pa.timestamp("ms", kind.tz)) if pa.types.is_timestamp(kind) and kind.unit == "s" else column


def to_text(column: pl.Series) -> pl.Series:
    """The shortest text of typed values: ISO dates, numbers without needless zeros, true and false.

    Bytes that are no characters are null.
    """
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
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        return _day_text(column)
    if kind == pl.Binary:
        return pl.Series([_decoded(value) for value in column.to_list()], dtype=pl.String)
    return column.cast(pl.String)


def _day_text(column: pl.Series) -> pl.Series:
    """A day, with the time if it is not midnight; the plain number of what is no day of the years 1 to 9999."""
    kind, number = column.dtype, column.to_physical()
    day = _SECONDS * _TICKS[kind.time_unit] if isinstance(kind, pl.Datetime) else 1
    # a day less on either side: whatever the time zone
    known = number.is_between(max((_FIRST_DAY + 1) * day, -_MOST), min(_LAST_DAY * day, _MOST))
    column = column.set(~known, None)
    if isinstance(kind, pl.Datetime):
        plain = column.dt.replace_time_zone(None)
        midnight = plain == plain.dt.truncate("1d")
        date, moment = plain.dt.to_string("%Y-%m-%d"), plain.dt.to_string("%Y-%m-%d %H:%M:%S%.f")
        text = pl.select(pl.when(midnight).then(date).otherwise(moment)).to_series()
    else:
        text = column.cast(pl.String)
    return pl.select(pl.when(known).then(text).otherwise(number.cast(pl.String))).to_series()


def _decoded(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _float_text(column: pl.Series) -> pl.Series:
    """A whole number without point, another by the fewest digits that mean it; not-a-number is null."""
    if column.dtype == pl.Float16:  # polars can't tell its whole numbers
        column = column.cast(pl.Float32)
    column = column.fill_nan(None)
    whole = (column == column.floor()) & (column.abs() < _EXACT)
    digits = column.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
    text = pl.select(pl.when(whole).then(digits).otherwise(column.cast(pl.String))).to_series()
    powers = text.filter(text.str.contains("e", literal=True)).unique()
    return text.replace(powers, pl.Series([f"{Decimal(p):f}" for p in powers], dtype=pl.String))
