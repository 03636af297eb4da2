"""What the page of a metric tells, from the tables that ``audit.metrics`` made."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from audit.engines.embedded import Engine
from audit.metrics import LEVELS, REPAIRS, Measure, percent

MOST_ENTITIES = 400
MOST_STUDENTS = 300
MOST_REPAIRS = 300
MOST_DIFFERENT = 50

_SAYS = "case when {0}.in_numerator then 'in: ' when {0}.in_denominator then 'not in: ' else 'does not count: ' end"


def facts(engine: Engine, wanted: Measure, others: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Everything that the page of the metric shows. ``others``: what ``compared`` gave for other definitions."""
    definition = wanted.definition
    state = _named(engine, "select * from metric_entities where level = 'state'")[0]
    ((everyone, undetermined, near, may),) = engine.rows(
        "select count(*), count(*) filter (where undetermined), count(*) filter (where near), "
        "count(*) filter (where in_denominator or undetermined) from metric_students"
    )
    steps = ", ".join(f"count(*) filter (where reached >= {k})" for k in range(1, len(definition.funnel) + 1))
    (counts,) = engine.rows(f"select {steps} from metric_students")
    start, end = wanted.parameters.get("window_start"), wanted.parameters.get("window_end")
    return {
        "metric": definition.metric,
        "title": definition.title,
        "definition": definition.year,
        "label": wanted.label,
        "as_of": wanted.parameters["as_of_date"],
        "who": definition.who,
        "counts": definition.counts,
        "source": definition.source.replace(" | ", ", "),
        "near_means": definition.near,
        "windows": (start, end) if start and end else (),
        "numerator": state["numerator"],
        "denominator": state["denominator"],
        **_shown(state),
        "everyone": everyone,
        "undetermined": undetermined,
        "near": near,
        "may_count": may,
        "funnel": [
            (name, count, k == definition.denominator)
            for k, (name, count) in enumerate(zip(definition.funnel, counts, strict=True), 1)
        ],
        "entity_count": engine.one("select count(*) from metric_entities where level <> 'state'"),
        "entities": _entities(engine),
        "students": _students(engine),
        "repairs": _named(engine, f"select {REPAIRS} limit {MOST_REPAIRS}"),
        "others": list(others),
    }


def compared(engine: Engine, year: int, other: str) -> dict[str, Any]:
    """How the students of the table ``other``, by the definition of ``year``, differ from ``metric_students``."""
    differ = f"""
        from metric_students o
        join {other} t on t.sid = o.sid
        where o.in_denominator <> t.in_denominator or o.in_numerator <> t.in_numerator
    """
    ((numerator, denominator),) = engine.rows(
        f"select count(*) filter (where in_numerator), count(*) filter (where in_denominator) from {other}"
    )
    ours, theirs = (f"{_SAYS.format(t)} || coalesce({t}.reason, '')" for t in ("o", "t"))
    return {
        "definition": year,
        "numerator": numerator,
        "denominator": denominator,
        "rate": _percent(numerator, denominator),
        "differ": engine.one(f"select count(*) {differ}"),
        "examples": engine.rows(f"select o.sid, {ours}, {theirs} {differ} order by o.sid limit {MOST_DIFFERENT}"),
    }


def _named(engine: Engine, sql: str) -> list[dict[str, Any]]:
    return engine.frame(sql).to_dicts()


def _percent(part: int, whole: int) -> str:
    return percent(Fraction(part, whole) if whole else None)


def _shown(entity: dict[str, Any]) -> dict[str, str]:
    ends = {end: percent(None if entity[end] is None else Fraction(entity[end])) for end in ("low", "high")}
    return {"rate": _percent(entity["numerator"], entity["denominator"]), **ends}


def _entities(engine: Engine) -> list[dict[str, Any]]:
    rows = _named(
        engine,
        "select e.*, n.name from metric_entities e "
        "left join (select rcdts, any_value(entity_name) as name from entity group by rcdts) n "
        f"on n.rcdts = e.entity_rcdts where level <> 'state' order by {LEVELS}, e.entity_rcdts limit {MOST_ENTITIES}",
    )
    return [row | _shown(row) | {"code": row["entity_rcdts"]} for row in rows]


def _students(engine: Engine) -> list[dict[str, Any]]:
    order = "undetermined desc, near desc, in_numerator, sid"
    engine.run(
        "create or replace table metric_shown as select * from metric_students "
        f"where in_denominator or undetermined order by {order} limit {MOST_STUDENTS}"
    )
    students = _named(engine, f"select * from metric_shown order by {order}")
    lines: dict[str, list[dict[str, Any]]] = {}
    chosen = "sid, state_course_code, school_year, term_code, counted, grade_code, core, why"
    for line in _named(
        engine,
        f"select {chosen}, rtrim(rtrim(credit::varchar, '0'), '.') as credit from metric_lines "
        "where sid in (select sid from metric_shown) order by sid, _row",
    ):
        lines.setdefault(line["sid"], []).append(line)
    return [student | {"lines": lines.get(student["sid"], [])} for student in students]
