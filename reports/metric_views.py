"""What the pages tell of metrics: queries over the tables ``metrics`` and ``metric_*`` of a run's database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from audit.engines.connect import has_table, reading
from reports.wording import percent

MOST_ENTITIES = 400
MOST_STUDENTS = 300
MOST_REPAIRS = 300
MOST_DIFFERENT = 50

Row = dict[str, Any]


@contextmanager
def opened(database: Path) -> Iterator[Metrics]:
    """The metrics in ``database``. Raises duckdb.Error when it can't be opened."""
    with reading(database) as con:
        yield Metrics(con)


class Metrics:
    """Queries over one run."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def _rows(self, sql: str, *values: Any) -> list[Row]:
        cursor = self._con.execute(sql, list(values))
        names = [d[0] for d in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def measured(self) -> list[Row]:
        """The metrics of the run with the figures of the state; none where nothing was measured."""
        if not has_table(self._con, "metrics"):
            return []
        found = self._rows(
            """
            select m.*, e.numerator, e.denominator, e.rate, e.low, e.high
            from metrics m join metric_entities e on e.metric = m.metric and e.level = 'state' order by m.metric
            """
        )
        return [row | shown(row) | {"label": _label(row["school_year"])} for row in found]

    def facts(self, measured: Row) -> Row:
        """Everything that the page of a metric shows. ``measured``: one of ``measured()``."""
        metric = measured["metric"]
        students = self._rows(
            """
            select count(*) filter (where undetermined) as undetermined, count(*) filter (where near) as near,
                   count(*) filter (where in_denominator or undetermined) as may_count
            from metric_judged where metric = $1
            """,
            metric,
        )[0]
        below = "from metric_entities where metric = $1 and level <> 'state'"
        return {
            **measured,
            **students,
            "span": _span(self._state(metric)),
            "funnel": self._funnel(metric),
            "entity_count": self._rows(f"select count(*) as n {below}", metric)[0]["n"],
            "entities": [
                row | shown(row)
                for row in self._rows(f"select * {below} order by entity_rcdts limit {MOST_ENTITIES}", metric)
            ],
            "subgroups": self._subgroups(metric),
            "students": self._students(metric),
            "repairs": self._rows(
                f"select * from metric_repairs where metric = $1 order by rowid limit {MOST_REPAIRS}", metric
            ),
            "repair_count": self._rows("select count(*) as n from metric_repairs where metric = $1", metric)[0]["n"],
            "others": self._others(metric),
        }

    def _state(self, metric: str) -> Row:
        return self._rows("select * from metric_entities where metric = $1 and level = 'state'", metric)[0]

    def _funnel(self, metric: str) -> list[Row]:
        steps = self._rows("select * from metric_funnel where metric = $1 order by step", metric)
        # the whole extract would make every other bar a hair: bars begin with the first step
        most = steps[1]["students"] if len(steps) > 1 else 0
        for before, step in zip([None, *steps], steps, strict=False):
            step["width"] = min(100.0, round(100 * step["students"] / most, 2)) if most else 0
            step["lost"] = before["students"] - step["students"] if before else 0
        return steps

    def _subgroups(self, metric: str) -> list[tuple[str, list[Row]]]:
        """Title and rows of each subgroup, of the state."""
        found: dict[str, list[Row]] = {}
        for row in self._rows(
            "select * from metric_subgroups where metric = $1 and level = 'state' order by title, value = '', value",
            metric,
        ):
            found.setdefault(row["title"], []).append(row | shown(row))
        return list(found.items())

    def _students(self, metric: str) -> list[Row]:
        students = self._rows(
            f"""
            select * from metric_judged where metric = $1 and (in_denominator or undetermined)
            order by undetermined desc, near desc, in_numerator, sid limit {MOST_STUDENTS}
            """,
            metric,
        )
        lines: dict[str, list[Row]] = {}
        for line in self._rows(
            "select * from metric_evidence where metric = $1 and list_contains($2, sid) order by rowid",
            metric,
            [s["sid"] for s in students],
        ):
            lines.setdefault(line["sid"], []).append(line)
        return [student | {"lines": lines.get(student["sid"], [])} for student in students]

    def _others(self, metric: str) -> list[Row]:
        others = self._rows("select * from metric_compared where metric = $1 order by other_definition", metric)
        for other in others:
            other["rate"] = _percent(other["numerator"], other["denominator"])
            other["examples"] = self._rows(
                "select sid, ours, theirs from metric_differences where metric = $1 and other_definition = $2 "
                f"order by rowid limit {MOST_DIFFERENT}",
                metric,
                other["other_definition"],
            )
        return others


def shown(row: Row) -> dict[str, str]:
    """Rate, lowest and highest as people read them."""
    ends = {end: percent(None if row[end] is None else Fraction(row[end])) for end in ("low", "high")}
    return {"rate": _percent(row["numerator"], row["denominator"]), **ends}


def _percent(part: int, whole: int) -> str:
    return percent(Fraction(part, whole) if whole else None)


def _label(year: int) -> str:
    return f"{year - 1}-{year % 100:02d}"


def _span(measured: Row) -> Row | None:
    """Where lowest rate, rate and highest rate stand on a line from 0 to 100; None where they are one."""
    if measured["low"] is None or measured["low"] == measured["high"]:
        return None
    place = {end: round(100 * float(measured[end]), 2) for end in ("low", "high")}
    rate = 100 * measured["numerator"] / measured["denominator"] if measured["denominator"] else place["low"]
    return {**place, "rate": round(rate, 2), "width": max(0.6, round(place["high"] - place["low"], 2))}
