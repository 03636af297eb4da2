"""DuckDB in this process: memory-bound, no extensions from outside, spills to a folder of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from pathlib import Path
from typing import Any

import polars as pl

from audit.engines.connect import connect, frame, frame_at_once, known_as, lock, offered

#: Rows handed to polars at a time.
BATCH = 250_000
#: Steps of planning that small data is worth; the others take longer than they save.
ENOUGH = (
    "build_side_probe_side", "column_lifetime", "common_subexpressions", "cte_inlining", "deliminator",
    "empty_result_pullup", "expression_rewriter", "extension", "filter_pullup", "filter_pushdown", "join_order",
    "top_n", "unused_columns",
)  # fmt: skip


class Engine:
    """One in-memory DuckDB database. ``memory`` (bytes) is DuckDB's share; the rest is spilled to ``spill``.

    No query, a user's own rule neither, reads or writes files but those in the folder of ``spill`` and in ``reach``.
    """

    def __init__(self, spill: Path, memory: int, threads: int | None = None, reach: Sequence[Path] = ()) -> None:
        spill.mkdir(parents=True, exist_ok=True)
        config: dict[str, Any] = {
            "memory_limit": f"{memory // 1_000_000}MB",
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            "force_compression": "zstd",  # of files: to find out what packs best takes longer than to write
        }
        if threads:
            config["threads"] = threads
        self.connection = connect(**config)
        self.connection.execute("set parquet_metadata_cache = true")  # no part is ever written anew
        lock(self.connection, [spill.parent, *reach])
        self.schema = "main"
        self.small = False
        self.run(_JSON_MACRO)

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Executes a statement whose result nobody needs."""
        self.connection.execute(sql, list(values)).fetchall()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(values)).fetchall()

    def one(self, sql: str) -> Any:
        """The single value of a query of one row and one column."""
        return self.rows(sql)[0][0]

    def frame(self, sql: str) -> pl.DataFrame:
        return frame(self.connection, sql)

    def batches(
        self, sql: str, columns: Callable[[Sequence[str]], str] | None = None, counted: str = "", size: int = BATCH
    ) -> Iterator[pl.DataFrame]:
        """The result as polars frames of about ``size`` rows, on a connection of its own.

        ``columns``: makes of the names of the query's columns the list of what is to be selected from it. ``counted``:
        expressions; the result then is each of their combinations once, with the number of its ``rows``.
        """
        with self.connection.cursor() as cursor:
            cursor.execute(f"set schema = {text(self.schema)}")  # a new connection begins in main
            if self.small:
                wanted = f"select {columns(cursor.sql(sql).columns)} from ({sql})" if columns else sql
                yield frame_at_once(cursor, wanted)
                return
            found = cursor.sql(sql)
            if columns:
                found = found.project(columns(found.columns))
            if counted:
                found = found.aggregate(f"{counted}, count(*) as rows")
            for batch in found.to_arrow_reader(size):
                frame = pl.from_arrow(batch)
                assert isinstance(frame, pl.DataFrame)
                yield frame

    @contextmanager
    def beside(self) -> Iterator[Engine]:
        """Another connection to the same database, for another thread."""
        other = copy(self)
        with self.connection.cursor() as other.connection:
            other.run(f"set schema = {text(self.schema)}")
            yield other

    @contextmanager
    def within(self, schema: str) -> Iterator[None]:
        """Names without a schema mean this one (made if need be) inside the block."""
        self.run(f"create schema if not exists {quoted(schema)}")
        before, self.schema = self.schema, schema
        self.run(f"set schema = {text(schema)}")
        try:
            yield
        finally:
            self.schema = before
            self.run(f"set schema = {text(before)}")

    @contextmanager
    def writing(self, path: Path) -> Iterator[None]:
        """The database in a file, made if need be, is the schema ``result`` inside the block.

        A file that is cut short is of no use, so nothing is written twice in order to mend it.
        """
        self.run(f"attach {text(str(path))} as result (recovery_mode no_wal_writes)")
        try:
            yield
        finally:
            self.run("detach result")

    def offering(self, path: Path) -> AbstractContextManager[None]:
        """Inside the block who reads the database in this file does so by way of this engine, if its data are small."""
        return offered(self.connection, path) if self.small else nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing; what is written to a file goes to disk once."""
        self.run("begin")
        try:
            yield
        except BaseException:
            self.run("rollback")
            raise
        self.run("commit")

    @contextmanager
    def in_order(self) -> Iterator[None]:
        """What is copied inside the block keeps the order of its source (elsewhere order costs memory for nothing)."""
        self.run("set preserve_insertion_order = true")
        try:
            yield
        finally:
            self.run("set preserve_insertion_order = false")

    def for_small_data(self) -> None:
        """One thread, and few steps of planning: more of either costs more than it saves."""
        others = {name for (name,) in self.rows("select name from duckdb_optimizers()")}.difference(ENOUGH)
        self.run(f"set disabled_optimizers = {text(','.join(sorted(others)))}")
        self.run("set threads = 1")
        self.small = True

    @contextmanager
    def small_data(self) -> Iterator[None]:
        """``for_small_data`` inside the block."""
        small = self.small
        threads, optimizers = self.rows("select current_setting('threads'), current_setting('disabled_optimizers')")[0]
        self.for_small_data()
        try:
            yield
        finally:
            self.run(f"set threads = {threads}")
            self.run(f"set disabled_optimizers = {text(optimizers)}")
            self.small = small

    def put(self, name: str, frame: pl.DataFrame) -> None:
        """Stores a (small) frame as a table."""
        self.take(frame, f"create or replace table {quoted(name)} as")

    def append(self, name: str, frame: pl.DataFrame) -> None:
        self.take(frame, f"insert into {quoted(name)} by name")

    def take(self, frame: pl.DataFrame, into: str) -> None:
        """Runs a statement that ends with the rows of the frame."""
        with known_as(self.connection, "_frame", frame):
            self.run(f"{into} select * from _frame")

    def close(self) -> None:
        self.connection.close()


def quoted(name: str) -> str:
    """An identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A string literal for SQL."""
    return "'" + value.replace("'", "''") + "'"


def _lower_escapes() -> str:
    expression = "to_json(x)::varchar"
    for code in (0x0B, 0x0E, 0x0F, *range(0x1A, 0x20)):
        expression = f"replace({expression}, '\\u{code:04X}', '\\u{code:04x}')"
    return expression


_CONTROL = r"regexp_matches(x, '[\x00-\x1f]')"
#: A text as JSON, byte for byte as Python writes it with ensure_ascii off (DuckDB writes \u001F in capitals).
_JSON_MACRO = f"create macro json_text(x) as case when {_CONTROL} then {_lower_escapes()} else to_json(x)::varchar end"
