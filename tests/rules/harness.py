"""Runs the cases that stand beside a rule: tiny tables in, findings out, through the code that judges real extracts.

A case file is a YAML list. Each case names itself (``case``), gives rows per table (``prev.<table>`` for the snapshot
before), and says what is to be found: ``finds`` (the rows, by some of their columns; [] for none), ``undetermined``
(default 0) and, where it matters, ``population``.
"""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from audit import cross, rows, rulebook_load
from audit.engines.embedded import Engine, quoted, text
from audit.outcome import Outcome, Readiness, joined, make_hits
from audit.rulebook import AS_OF, PLAUSIBILITY, SCHOOL_YEAR, Rule, Rulebook
from audit.settle import FILE_FACTOR, Supply
from tests.rules import factory

PARAMETERS: dict[str, object] = {
    AS_OF: factory.AS_OF,
    SCHOOL_YEAR: factory.SCHOOL_YEAR,
    "as_of_date": factory.AS_OF,
    "current_school_year": factory.SCHOOL_YEAR,
    "metric_school_year": factory.SCHOOL_YEAR - 1,
}
#: The rows of a case stand in file 1, a table; ``_file: 9`` puts a row into a batch file.
FILES = pl.DataFrame({"number": [1, 9], "kind": ["table", "batch"]}, schema_overrides={"number": pl.Int32})
NOT_TABLES = {"case", "finds", "undetermined", "population"}
#: The rulebooks of this repository.
BOOKS = ("illinois", "alabama")


@cache
def book(name: str) -> Rulebook:
    return rulebook_load.load(name)


@dataclass(frozen=True)
class Case:
    book: str
    rule_id: str
    name: str
    tables: Mapping[str, list[dict[str, Any]]]
    finds: list[dict[str, Any]]
    undetermined: int
    population: int | None


@cache
def cases(name: str) -> list[Case]:
    """All cases of a rulebook (``illinois``)."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    out = []
    package = f"checks.{name}"
    prefix, root = importlib.import_module(package).PREFIX, resources.files(package)
    for section in sorted((d for d in root.iterdir() if d.is_dir()), key=lambda d: d.name):
        for file in sorted(section.iterdir(), key=lambda f: f.name):
            if file.name.endswith(".cases.yaml"):
                stem = file.name.removesuffix(".cases.yaml")
                owner = stem if stem.startswith(PLAUSIBILITY) else f"{prefix}-{stem}"
                out += [_case(name, owner, c) for c in yaml.load(file.read_text("utf-8"), loader)]
    return out


def all_cases() -> list[Case]:
    return [case for name in BOOKS for case in cases(name)]


def _case(name: str, rule_id: str, given: dict[str, Any]) -> Case:
    tables = {k: [r or {} for r in v] for k, v in given.items() if k not in NOT_TABLES}
    expected = given["finds"], given.get("undetermined", 0), given.get("population")
    return Case(name, rule_id, given["case"], tables, *expected)


class Bench:
    """An engine with an empty physical table for each table of the rulebook, to be filled case by case."""

    def __init__(self, rulebook: Rulebook, folder: Path) -> None:
        self.rulebook = rulebook
        self.engine = Engine(folder, 500_000_000, 1)
        self.touched: set[str] = set()
        self.engine.put("files", FILES)
        for schema in ("main", "prev"):
            with self.engine.within(schema):
                for table in rulebook.tables:
                    self.engine.put(table, self._empty(table))
        make_hits(self.engine)
        parts = [part for rule in rulebook.rules.values() for part in rule.parts]
        self.made = set[str]()  # models, all of them views: they follow the case
        cross.make_models(self.engine, rulebook.models, PARAMETERS, parts, materialize=False, made=self.made)

    def _empty(self, table: str) -> pl.DataFrame:
        nothing = factory.frame(self.rulebook, table, [])
        return nothing.with_columns(pl.lit(None, pl.Int64).alias("_row"), pl.lit(None, pl.Boolean).alias("_last"))

    def fill(self, tables: Mapping[str, list[dict[str, Any]]]) -> None:
        """Puts the rows of a case into the tables, in place of those of the case before."""
        statements = [f"delete from {name}" for name in self.touched]
        self.touched = set()
        for name, given in tables.items():
            schema, _, table = name.rpartition(".")
            target = f"{schema or 'main'}.{quoted(table)}"
            if given:
                rows = self._rows(table, given)
                columns = [c for c in rows[0] if any(row[c] is not None for row in rows)]
                values = ", ".join(f"({', '.join(_literal(row[c]) for c in columns)})" for row in rows)
                statements.append(f"insert into {target} ({', '.join(map(quoted, columns))}) values {values}")
                self.touched.add(target)
        self.engine.run("; ".join(["begin", *statements, "commit"]))

    def pour(self, tables: Mapping[str, list[dict[str, Any]]]) -> None:
        """Adds many rows, for good."""
        for name, given in tables.items():
            schema, _, table = name.rpartition(".")
            with self.engine.within(schema or "main"):
                self.engine.append(table, pl.DataFrame(self._rows(table, given), schema=self._empty(table).schema))

    def _rows(self, table: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Typed rows with ``_row`` and ``_last`` as ``audit.settle`` gives them."""
        rows = factory.typed_rows(self.rulebook, table, given)
        latest: dict[tuple[Any, ...], int] = {}
        keys = [tuple(row[k] for k in self.rulebook.tables[table].key) for row in rows]
        for row, key in zip(rows, keys, strict=True):
            row["_row"] = row["_file"] * FILE_FACTOR + row["_line"]
            latest[key] = max(row["_row"], latest.get(key, 0))
        for row, key in zip(rows, keys, strict=True):
            row["_last"] = None in key or latest[key] == row["_row"]
        return rows

    def run(self, rule: Rule) -> tuple[Outcome, list[dict[str, Any]]]:
        """Judges what is filled in; returns the outcome and the judged row of each finding."""
        judged = [self._run(part) for part in rule.parts]
        return joined(o for o, _ in judged)[rule.id], [row for _, rows_ in judged for row in rows_]

    def _run(self, rule: Rule) -> tuple[Outcome, list[dict[str, Any]]]:
        self.engine.run("delete from hits")
        table = self.rulebook.tables[rule.table]
        everything = frozenset(table.columns)
        ready = Readiness(True, columns=everything)
        supply = Supply(table, everything, {}, frozenset({1}))
        if rule.check is not None:
            outcome = rows.evaluate(self.engine, supply, [(rule, 1, ready)], PARAMETERS)[0]
        else:
            outcome = cross.evaluate(self.engine, [cross.Task(rule, 1, ready)], {table.name: supply}, PARAMETERS)[0]
        names = list(table.columns)
        shown = ", ".join(quoted(name) for name in names)
        found = self.engine.rows(f"select {shown} from hits join {quoted(rule.table)} using (_row) order by _row")
        return outcome, [dict(zip(names, values, strict=True)) for values in found]


class Benches(dict[str, Bench]):
    """Benches by the name of their rulebook, made when they are asked for."""

    def __init__(self, make: Callable[[str], Bench]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Bench:
        return self.setdefault(name, self._make(name))


def _literal(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"date '{value}'"
    if isinstance(value, str):
        return text(value)
    return "null" if value is None else str(value)


def matches(expected: dict[str, Any], found: dict[str, Any]) -> bool:
    return all(_plain(found.get(k)) == _plain(factory.PLACEHOLDERS.get(str(v), v)) for k, v in expected.items())


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize())
    return str(value)


def judge(bench: Bench, rule: Rule, case: Case) -> str:
    """What is wrong with the rule's answer to the case; empty when it is right."""
    bench.fill(case.tables)
    outcome, found = bench.run(rule)
    if outcome.status == "error":
        return f"error: {outcome.reason}"
    return differs(case, found, outcome.undetermined, outcome.population)


def differs(case: Case, found: list[dict[str, Any]], undetermined: int, population: int) -> str:
    """How an answer differs from what the case expects; empty when it does not."""
    left = list(found)
    for expected in case.finds:
        hit = next((f for f in left if matches(expected, f)), None)
        if hit is None:
            return f"not found: {expected}; found {found}"
        left.remove(hit)
    if left:
        return f"found too much: {left}"
    if undetermined != case.undetermined:
        return f"undetermined {undetermined}, expected {case.undetermined}"
    if case.population is not None and population != case.population:
        return f"population {population}, expected {case.population}"
    return ""


__all__ = ["BOOKS", "PARAMETERS", "Bench", "Benches", "Case", "all_cases", "book", "cases", "differs", "judge"]
