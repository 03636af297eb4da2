"""Files of metrics: a dated definition is ``<metric>-<year>.sql``, with CSV lists and settings beside it.

A definition has a header of ``-- key: value`` lines and queries, each below a line ``-- query: NAME``. Queries that
all definitions of a metric share stand in ``<metric>.sql``. A line of ``settings.csv`` or of another CSV file belongs
to the metric and the definition that it names first, and to all where it names none.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable

from audit.rule_files import files, reads_of, split_header
from audit.rulebook import Definition, RulebookError, Subgroup, Table

#: What a definition must answer, in the order in which it is run.
QUERIES = ("cohort", "reasons", "lines", "results", "elsewhere", "repairs")
_REQUIRED = ("metric", "definition", "title", "who", "counts", "source", "reads", "funnel", "denominator", "near")
_QUERY = re.compile(r"^-- query: (\w+)\s*$", re.MULTILINE)


def definitions(folder: Traversable, tables: Mapping[str, Table]) -> tuple[Definition, ...]:
    """All definitions of a folder, by metric and year. Raises RulebookError."""
    if not folder.is_dir():
        return ()
    lists = {f.name.removesuffix(".csv"): _rows(f) for f in files(folder, ".csv")}
    found = [f for f in files(folder, ".sql") if "-" in f.name]
    made = [_definition(folder, f, lists, tables) for f in found]
    return tuple(sorted(made, key=lambda d: (d.metric, d.year)))


def _rows(file: Traversable) -> list[list[str]]:
    return list(csv.reader(file.read_text("utf-8").splitlines()))


def _definition(
    folder: Traversable, file: Traversable, lists: Mapping[str, list[list[str]]], tables: Mapping[str, Table]
) -> Definition:
    origin = f"metrics/{file.name}"
    text = file.read_text("utf-8")
    header, _ = split_header(_QUERY.split(text)[0].rstrip() + "\nselect", origin)
    missing = [k for k in _REQUIRED if not header.get(k)]
    if missing or set(header) - set(_REQUIRED):
        raise RulebookError(f"{origin}: header should have these lines, and has others or not all: {_REQUIRED}")
    metric, year = header["metric"], header["definition"]
    if file.name != f"{metric}-{year}.sql":
        raise RulebookError(f"{origin}: should be called {metric}-{year}.sql")
    shared = folder / f"{metric}.sql"
    queries = {**(_queries(shared.read_text("utf-8")) if shared.is_file() else {}), **_queries(text)}
    if set(queries) != set(QUERIES):
        raise RulebookError(f"{origin}: its queries should be {', '.join(QUERIES)}; they are {', '.join(queries)}")
    own = {
        name: (tuple(rows[0][2:]), tuple(tuple(r[2:]) for r in rows[1:] if r[0] in (metric, "") and r[1] in (year, "")))
        for name, rows in lists.items()
    }
    _, settings = own.pop("settings", ((), ()))
    _, subgroups = own.pop("subgroups", ((), ()))
    return Definition(
        metric=metric,
        year=int(year),
        title=header["title"],
        who=header["who"],
        counts=header["counts"],
        source=header["source"],
        near=header["near"],
        reads=reads_of(header["reads"], tables, origin),
        funnel=tuple(step.strip() for step in header["funnel"].split("|")),
        denominator=int(header["denominator"]),
        settings={name: (int(of), value) if of else value for name, of, value in settings},
        lists=own,
        queries={name: queries[name] for name in QUERIES},
        subgroups=tuple(_subgroup(row, tables) for row in subgroups),
    )


def _subgroup(row: tuple[str, ...], tables: Mapping[str, Table]) -> Subgroup:
    name, title, source = row
    table, _, column = source.partition(".")
    if table not in tables or column not in tables[table].columns or not tables[table].columns[column].codes:
        raise RulebookError(f"metrics/subgroups.csv: {source} is no column with codes")
    return Subgroup(name, title, table, column)


def _queries(text: str) -> dict[str, str]:
    parts = _QUERY.split(text)
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}
