"""Nights of an invented state: a clean world with wrong values in rows that a test names."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from audit import run
from audit.progress import Silent
from audit.settings import Options
from fixtures.world import Plan, World, make_world

#: Rule -> table, column and a value that it refuses.
WRONG = {
    "IL-ENR-010": ("enrollment", "percent_day_attended", "1.50"),
    "IL-DEMO-009": ("student", "mothers_maiden_name", "Moss, Ada"),
}
PLANTED = ("IL-ENR-010", "IL-DEMO-009")
FIRST = dt.date(2018, 11, 30)


@cache
def world() -> World:
    made = make_world(Plan(students=240, districts=4, history=0, core=True))
    # the rows of a student have one district: that of the only enrollment
    enrollment = made.tables["enrollment"].unique("sid", keep="none", maintain_order=True)
    made.tables = {"student": made.tables["student"], "enrollment": enrollment, "entity": made.tables["entity"]}
    return made


def sids() -> list[str]:
    """Those who are enrolled once, the first of each district in turn."""
    frame = world().tables["enrollment"].with_columns(district=pl.col("home_rcdts").str.head(11))
    nth = pl.int_range(pl.len()).over("district")
    return frame.with_columns(nth=nth).sort("nth", "district", maintain_order=True)["sid"].to_list()


def district(sid: str) -> str:
    rows = world().tables["enrollment"].filter(pl.col("sid") == sid)
    return str(rows["home_rcdts"][0])[:11]


def write(folder: Path, wrong: Mapping[str, Iterable[str]], only: Iterable[str] = ()) -> Path:
    """An extract in which, for each rule, the rows of these students are wrong. ``only``: these tables."""
    folder.mkdir(parents=True)
    tables = dict(world().tables)
    for rule, students in wrong.items():
        table, column, value = WRONG[rule]
        cell = (
            pl.when(pl.col("sid").is_in(list(students))).then(pl.lit(value)).otherwise(pl.col(column).cast(pl.String))
        )
        tables[table] = tables[table].with_columns(cell.alias(column))
    for name, frame in tables.items():
        if not only or name in only:
            frame.write_csv(folder / f"{name}.csv")
    return folder


def check(extract: Path, out: Path, night: int = 0, **more: Any) -> run.Result:
    options = {"as_of": FIRST + dt.timedelta(night), "state": "illinois", **more}
    return run.check(Options(extract=extract, out=out, **options), Silent())


def exceptions(out: Path) -> list[dict[str, str]]:
    with (out / "exceptions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found(out: Path, rule: str) -> dict[str, tuple[str, str]]:
    """Student -> state and first_seen of the finding of a rule."""
    return {r["sid"]: (r["state"], r["first_seen"]) for r in exceptions(out) if r["rule_id"] == rule}


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(sql).fetchall()


def changes(out: Path) -> dict[tuple[str, str], dict[str, int]]:
    """(rule, district) -> numbers that are not 0."""
    names = ("new", "came_back", "open", "resolved", "not_judged", "shifted")
    rows = query(out / "audit.duckdb", f"select rule_id, rcdt, {', '.join(names)} from changes")
    return {(r, d): {n: v for n, v in zip(names, values, strict=True) if v} for r, d, *values in rows}


def by_district(students: Iterable[str], name: str) -> Counter[tuple[str, str]]:
    return Counter((district(s), name) for s in students)
