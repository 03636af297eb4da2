"""Questions to the stored results of a run, and rows as text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from audit import errors, moves
from audit.errors import UserError
from audit.printable import printable

Rows = list[tuple[Any, ...]]


DATABASE = "audit.duckdb"


def database(run: Path) -> Path:
    """The database in the folder of a run. Raises UserError where there is none."""
    moves.finish(run)
    path = run / DATABASE
    if not path.is_file():
        raise UserError(f"there are no results in {run} (no audit.duckdb). First: sis-audit check EXTRACT --out {run}")
    return path


@contextmanager
def readable(run: Path) -> Iterator[None]:
    """Raises UserError where the block finds that the database of a run is none, is damaged or lacks tables."""
    import duckdb

    damage = (duckdb.IOException, duckdb.CatalogException, duckdb.SerializationException, duckdb.PermissionException)
    try:
        yield
    except damage as error:
        if errors.disk_full(error):
            raise
        raise UserError(
            f"{run}: {DATABASE} can't be read: it is damaged, or of another version. Check again: sis-audit check "
            "EXTRACT."
        ) from None


def ask(path: Path, sql: str) -> tuple[list[str], Rows]:
    """Column names and rows of a query over a database. Raises UserError for what DuckDB can't answer."""
    import duckdb

    from audit.engines.connect import reading

    try:
        with reading(path) as con:
            con.execute("set lock_configuration = true")
            cursor = con.execute(sql)
            if cursor is None or cursor.description is None:
                raise UserError('the query is empty. Example: sis-audit query "select * from rule_results"')
            return [d[0] for d in cursor.description], cursor.fetchall()
    except duckdb.Error as error:
        text = "\n".join(line for line in str(error).splitlines() if line.strip())
        where = f"--out {path.parent}" if path.name == DATABASE else f"--workspace {path.parent}"
        raise UserError(f'{text}\nThe tables and views: sis-audit query "show tables" {where}') from None


def formatted(names: Sequence[str], rows: Sequence[Sequence[Any]], form: str, right: Sequence[int] = ()) -> str:
    """Rows as ``text`` (columns; ``right``: those set to the right), ``csv`` or ``json`` (objects), with a line end."""
    if form == "json":
        objects = [dict(zip(names, row, strict=True)) for row in rows]
        return json.dumps(objects, ensure_ascii=False, indent=1, default=str) + "\n"
    if form == "csv":
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows([names, *rows])
        return file.getvalue()
    if form == "text":
        return columns(names, rows, right) + "\n"
    raise UserError(f"--format: '{form}' is not known. Known: text, csv, json.")


def columns(names: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[int] = ()) -> str:
    """Text columns, two blanks apart; null is shown as nothing. ``right``: columns set to the right."""
    cells = [[printable(n) for n in names], *([printable("" if v is None else str(v)) for v in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(names))]
    out = []
    for row in cells:
        pairs = enumerate(zip(row, widths, strict=True))
        out.append("  ".join(c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in pairs).rstrip())
    return "\n".join(out)
