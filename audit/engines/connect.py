"""The one place where a DuckDB database is opened."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    import polars as pl

# few rows may be copied once more (``frame_at_once``)
warnings.filterwarnings("ignore", "Arrow output on a DB-API result", UserWarning)

#: Propagated statistics take a left join with an empty table for one without rows: a sum above it counts as 0, and a
#: comparison with it is answered without looking (DuckDB 2.0.1). No rule may pass for that.
_SOUND = {"disabled_optimizers": "statistics_propagation"}
#: No extension, no variable of this program, no file that is not open by then.
_OFF = (
    "autoinstall_known_extensions",
    "autoload_known_extensions",
    "python_enable_replacements",
    "enable_external_access",
)


def connect(path: Path | None = None, *, read_only: bool = False, **config: Any) -> duckdb.DuckDBPyConnection:
    """The database in a file, or a new one in memory. Raises duckdb.Error."""
    return duckdb.connect(str(path or ":memory:"), read_only=read_only, config={**_SOUND, **config})


#: Databases that a connection of this process has at hand, under the name OFFERED.
_offered: dict[Path, duckdb.DuckDBPyConnection] = {}
OFFERED = "result"


@contextmanager
def offered(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Inside the block ``reading(path)`` goes by way of this (locked) connection, in a thousandth of the time."""
    attach(con, OFFERED, path)
    _offered[path] = con
    try:
        yield
    finally:
        del _offered[path]
        con.execute(f"detach {OFFERED}")


def reading(path: Path, **beside: Path) -> duckdb.DuckDBPyConnection:
    """A database, and those ``beside`` it by name, for reading only and locked: a view in it may be anyone's query.

    Raises duckdb.Error.
    """
    if path in _offered and not beside:
        con = _offered[path].cursor()
        con.execute(f"use {OFFERED}")
        return con
    con = connect(path, read_only=True)
    try:
        for name, other in beside.items():
            attach(con, name, other)
        lock(con)
    except duckdb.Error:
        con.close()
        raise
    return con


def has_table(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the database in use has a table or view of this name: a connection may have others beside it."""
    sql = "select 1 from information_schema.tables where table_catalog = current_database() and table_name = $1"
    return bool(con.execute(sql, [name]).fetchall())


def frame(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> pl.DataFrame:
    """The result of a query. By Arrow's interface alone: loading its library would take 0.02 s."""
    import polars as pl

    return pl.DataFrame(con.sql(sql, params=list(values)))


def frame_at_once(con: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """The result of a long query of few rows: it is planned once, not once more to know its columns beforehand."""
    import polars as pl

    return pl.DataFrame(con.execute(sql).to_arrow_reader())


@contextmanager
def known_as(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> Iterator[None]:
    """Queries inside the block may read the frame under this name."""
    # polars does not say of a column without a type that all of it is null
    con.register(name, frame if "Null" in repr(frame.dtypes) else _Stream(frame))
    try:
        yield
    finally:
        con.unregister(name)


class _Stream:
    """A frame as Arrow's interface gives it."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.__arrow_c_stream__ = frame.__arrow_c_stream__


def attach(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Opens another database for reading only, before the connection is locked."""
    quoted = str(path).replace("'", "''")
    con.execute(f"attach '{quoted}' as {name} (read_only)")


def lock(con: duckdb.DuckDBPyConnection, reach: Sequence[Path] = ()) -> None:
    """From now on the connection reaches no file but those that it has open, and those in folders of ``reach``."""
    if reach:  # else another connection to the same file may be locked already
        con.execute("set allowed_directories = $1", [[str(folder.resolve()) for folder in reach]])
    for name in _OFF:
        con.execute(f"set {name} = false")
