"""Writes results to a folder, from where they are moved in place (``audit.moves``)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import polars as pl

from audit import spreadsheet
from audit.engines.embedded import Engine, text
from audit.exceptions import ORDER, declared
from audit.outcome import Outcome
from audit.rulebook import Rule
from audit.store import SourceFile


def input_row(file: SourceFile) -> dict[str, Any]:
    """One input as run.json and the table ``inputs`` have it."""
    kept = ("path", "sha256", "kind", "layout_id", "lines", "header_lines", "blank_lines", "embedded_newlines",
            "rows_read", "rows_checked", "rows_rejected")  # fmt: skip
    row = {k: getattr(file, k) for k in kept}
    return row | {"tables": list(file.tables), "readable": file.readable and file.balanced}


#: What is told of a rule outside the program, beside its id, table and columns.
_TOLD = ("title", "severity", "kind", "section", "source", "message", "expected", "fix", "years", "effective",
         "executable", "note")  # fmt: skip


def rule_row(rule: Rule) -> dict[str, str]:
    """One rule as the table ``rules`` and ``rules export`` have it."""
    row = {"rule_id": rule.id, "table_name": rule.table, "columns": ";".join(rule.columns)}
    return row | {k: getattr(rule, k) for k in _TOLD} | {"years": rule.spans}


#: More findings than this are written as JSON lines only when asked for: they take twice the room of the CSV.
MOST_LINES = 20_000
#: Version of the lines of exceptions.jsonl; their JSON Schema is ``reports/export/exceptions.schema.json``.
SCHEMA_VERSION = 1


def write_exceptions(
    engine: Engine, folder: Path, marked: str = "select * from exceptions", *, lines: bool = False
) -> None:
    """exceptions.parquet and .jsonl, in the order of the contract: sorted once, then read in that order.

    ``marked``: SQL for the exceptions with their states; ``lines``: exceptions.jsonl also of more than MOST_LINES
    findings. ``exceptions`` is a view of the Parquet file afterwards: millions of findings stay on disk.
    """
    parquet = text(str(folder / "exceptions.parquet"))
    with engine.in_order():
        packed = "compression zstd, compression_level 1"  # a fifth faster than level 3, and here smaller
        engine.run(f"copy ({marked} order by {ORDER}) to {parquet} (format parquet, {packed})")
        engine.run("drop table exceptions")
        engine.run(f"create view exceptions as from read_parquet({parquet})")
        if lines or engine.one("select count(*) from exceptions") <= MOST_LINES:
            versioned = f"select {SCHEMA_VERSION} as schema_version, * from exceptions"
            engine.run(f"copy ({versioned}) to {text(str(folder / 'exceptions.jsonl'))} (format json)")


def list_exceptions(folder: Path) -> None:
    """exceptions.csv, from exceptions.parquet."""
    spreadsheet.write(folder / "exceptions.csv", spreadsheet.read(folder / "exceptions.parquet"))


def write_rule_results(folder: Path, outcomes: Iterable[Outcome]) -> None:
    rows = [vars(o) for o in outcomes]
    columns = [f.name for f in fields(Outcome)]
    order = ["rule_id", "status", "population", "findings", "undetermined", "seconds", "reason"]
    frame = pl.DataFrame(rows, schema=columns, infer_schema_length=None).select(order)
    frame.with_columns(pl.col("seconds").round(4)).write_csv(folder / "rule_results.csv")


def write_lists(folder: Path, lists: Mapping[str, pl.DataFrame]) -> None:
    """Each list as ``<name>.csv``."""
    for name, frame in lists.items():
        spreadsheet.guarded_frame(frame).write_csv(folder / f"{name}.csv")


def lists_in(out: Path) -> set[str]:
    """Files of lists that the run before left in OUT, by its run.json."""
    try:
        return {f"{Path(name).name}.csv" for name in json.loads((out / "run.json").read_text("utf-8"))["lists"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def write_run(folder: Path, run: Mapping[str, Any]) -> None:
    (folder / "run.json").write_text(json.dumps(run, indent=2, ensure_ascii=False, default=_plain) + "\n", "utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | Path):
        return str(value)
    raise TypeError(type(value).__name__)


def write_database(
    engine: Engine,
    tables: Mapping[str, Sequence[Mapping[str, Any]] | pl.DataFrame],
    made: Sequence[str] = (),
    views: Sequence[str] = (),
) -> None:
    """In ``Engine.writing``: exceptions, the given tables, those that the engine holds (``made``), and the documented
    views.

    ``views``: others over these tables.
    """
    with engine.in_order(), engine.transaction():
        engine.run(f"create table result.exceptions ({declared(packed=True)})")
        engine.run("insert into result.exceptions from exceptions")
        for name in made:
            engine.run(f"create table result.{name} as from {name}")
        for name, rows in tables.items():
            frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(list(rows), infer_schema_length=None)
            engine.take(frame, f"create table result.{name} as")
        for view in (*VIEWS, *views):
            engine.run(view)


VIEWS = (
    # One row per finding as the state would answer: F for each record with an error (GEN-003).
    """
    create view result.audit_result as
    select
        rule_id, table_name, exception_key, file_name, line_number, column_name,
        case when bool_or(severity = 'error') over (partition by table_name, exception_key) then 'F' end as result_code,
        severity, message, '01' as visible
    from exceptions
    """,
)
