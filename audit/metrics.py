"""Measures metrics: runs a dated definition, counts entities, and says how far open errors leave the rate uncertain.

A definition's queries become the tables ``metric_cohort``, ``metric_lines``, ``metric_results``, ``metric_elsewhere``
and ``metric_repairs`` (``rulebook.Definition``). ``metric_results`` has one row a student: sid, responsible_rcdts,
in_denominator, in_numerator, what the repair of records could make of the student (may_out, may_pass, may_fail),
reached (number of funnel steps taken), near, reason. From it come:

``metric_entities``   level, entity_rcdts, numerator, denominator, rate, low, high
``metric_students``   one row a student, as ``<metric>_students.csv``
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from audit import cross, redact
from audit.engines.embedded import Engine, text
from audit.errors import UserError
from audit.parameters import Parameters
from audit.rulebook import Definition, Rulebook
from audit.settle import Supply

#: Characters of an entity's code that name its district.
DISTRICT = 11


@dataclass(frozen=True)
class Measure:
    """One metric to be measured: what, of which school year, and the parameters of its queries."""

    definition: Definition
    school_year: int
    parameters: Mapping[str, object]

    @property
    def label(self) -> str:
        return f"{self.school_year - 1}-{self.school_year % 100:02d}"


def choose(
    rulebook: Rulebook, year: int, metrics: Collection[str] = (), definition: int | None = None
) -> list[Definition]:
    """For each metric (all if none is named) the given definition, or the newest not later than the school year.

    Raises UserError if there is none.
    """
    known = list(dict.fromkeys(d.metric for d in rulebook.metrics))
    if unknown := [m for m in metrics if m not in known]:
        raise UserError(f"--metric: there is no metric {unknown[0]}. Known: {', '.join(known) or 'none'}.")
    chosen = []
    for metric in metrics or known:
        dated = {d.year: d for d in rulebook.metrics if d.metric == metric}
        if definition is None:
            fitting = [y for y in dated if y <= year]
            if not fitting:
                raise UserError(
                    f"{metric}: no definition is as old as the school year {year}; name one: --definition {min(dated)}."
                )
            chosen.append(dated[max(fitting)])
        elif definition in dated:
            chosen.append(dated[definition])
        else:
            raise UserError(f"--definition: {metric} has none of {definition}. Known: {', '.join(map(str, dated))}.")
    return chosen


def lacking(definition: Definition, supplies: Mapping[str, Supply]) -> str:
    """What the definition reads and the extract does not supply, in words; empty if there is nothing."""
    absent = []
    for table, column in definition.reads:
        columns = supplies[table].columns
        absent.append(f"table {table}" if columns is None else "" if column in columns else f"column {table}.{column}")
    return ", ".join(dict.fromkeys(a for a in absent if a))


def measure_all(
    engine: Engine,
    rulebook: Rulebook,
    supplies: Mapping[str, Supply],
    parameters: Parameters,
    definitions: Iterable[Definition],
    folder: Path,
    made: set[str],
    show: Callable[[Measure], None],
) -> tuple[list[dict[str, Any]], list[str]]:
    """Measures by each definition and writes its files to ``folder``, made if need be. ``made``: as for ``measure``.
    ``show``: is called after each, while its tables stand.

    Returns what run.json says of each (no student value), and notices on those that could not be measured.
    """
    measured, notices = [], []
    if not engine.rows("select 1 from information_schema.tables where table_name = 'exceptions'"):
        engine.run(
            "create table exceptions (rule_id varchar, table_name varchar, file_name varchar, line_number bigint)"
        )
    for definition in definitions:
        wanted = plan(definition, parameters)
        if absent := lacking(definition, supplies):
            notices.append(f"{definition.title}: not measured, not supplied: {absent}")
            continue
        measure(engine, rulebook, wanted, made)
        folder.mkdir(exist_ok=True)
        write(engine, wanted, folder)
        show(wanted)
        measured.append(_told(engine, wanted))
    return measured, notices


def _told(engine: Engine, wanted: Measure) -> dict[str, Any]:
    names = ("numerator", "denominator", "rate", "low", "high")
    (row,) = engine.rows(f"select {', '.join(names)} from metric_entities where level = 'state'")
    definition = wanted.definition
    head = {"metric": definition.metric, "title": definition.title, "definition": definition.year}
    told = {
        name: value if value is None or isinstance(value, int) else str(value)
        for name, value in zip(names, row, strict=True)
    }
    return {**head, "school_year": wanted.school_year, **told}


def plan(definition: Definition, parameters: Parameters) -> Measure:
    """The definition with the run's parameters, its own settings, and the run's in their place."""
    year = parameters.metric_year
    values: dict[str, object] = {**parameters, "metric_school_year": year}
    values |= {name: _setting(value, year) for name, value in definition.settings.items()}
    values |= {name: value for name, value in parameters.metric_settings.items() if name in definition.settings}
    measure = Measure(definition, year, values)
    return replace(measure, parameters={**values, "school_year_label": measure.label})


def _setting(value: str | tuple[int, str], year: int) -> object:
    if isinstance(value, str):
        return value
    return dt.date.fromisoformat(f"{year + value[0]}-{value[1]}")


def measure(engine: Engine, rulebook: Rulebook, wanted: Measure, made: set[str]) -> None:
    """Makes the tables named above. ``made``: models that stand already in this run; new ones are added."""
    definition = wanted.definition
    for name, (columns, rows) in definition.lists.items():
        frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
        engine.put(f"metric_{name}", frame.with_columns(pl.col(pl.String).replace("", None)))
    queries = {f"metric_{name}": sql for name, sql in definition.queries.items()}
    broken = cross.make_models(engine, rulebook.models, wanted.parameters, (), also=queries.values(), made=made)
    if broken:
        raise RuntimeError("; ".join(f"model {name}: {why}" for name, why in broken.items()))
    for name, sql in queries.items():
        engine.run(f"create or replace table {name} as {cross.fill(sql, wanted.parameters)}")
    engine.run(f"create or replace table metric_students as {_STUDENTS}")
    engine.run(f"create or replace table metric_entities as {_ENTITIES}")


def fraction(numerator: str, denominator: str) -> str:
    """SQL for an exact decimal of six places, half up; never 0 or 1 unless it is. Null over nothing."""
    return (
        f"case when {denominator} = 0 then null when {numerator} = 0 then 0 when {numerator} = {denominator} then 1 "
        f"else greatest(1, least(999999, (2000000 * {numerator} + {denominator}) // (2 * {denominator}))) * 0.000001 "
        f"end::decimal(7, 6)"
    )


_STUDENTS = """
select
    r.sid, r.responsible_rcdts, r.in_denominator, r.in_numerator,
    r.may_out::integer + r.may_pass::integer + r.may_fail::integer > 1 or e.sid is not null as undetermined,
    r.reached, r.near, r.reason
from metric_results r
left join (select distinct sid from metric_elsewhere) e on e.sid = r.sid
"""

# A student whose school is in doubt may be out of the one, and in another. The lowest rate takes every student who may
# fail as failed and leaves out who may be out; the highest takes who may pass as passed.
_ENTITIES = f"""
with movers as (
    select e.sid, bool_or(substr(r.responsible_rcdts, 1, {DISTRICT}) <> substr(e.rcdts, 1, {DISTRICT})) as far
    from metric_elsewhere e
    join metric_results r on r.sid = e.sid
    group by e.sid
),
claims as (
    select r.*, m.sid is not null as moves, coalesce(m.far, false) as moves_far
    from metric_results r
    left join movers m on m.sid = r.sid
),
units as (
    select 'state' as level, '' as entity_rcdts, sid, in_denominator, in_numerator, may_out, may_pass, may_fail
    from claims
    union all
    select
        'district', substr(responsible_rcdts, 1, {DISTRICT}), sid, in_denominator, in_numerator, may_out or moves_far,
        may_pass, may_fail
    from claims
    where responsible_rcdts is not null
    union all
    select 'school', responsible_rcdts, sid, in_denominator, in_numerator, may_out or moves, may_pass, may_fail
    from claims
    where responsible_rcdts is not null
    union all
    select distinct 'district', substr(e.rcdts, 1, {DISTRICT}), c.sid, false, false, true, c.may_pass, c.may_fail
    from metric_elsewhere e
    join claims c on c.sid = e.sid and substr(c.responsible_rcdts, 1, {DISTRICT}) <> substr(e.rcdts, 1, {DISTRICT})
    union all
    select distinct 'school', e.rcdts, c.sid, false, false, true, c.may_pass, c.may_fail
    from metric_elsewhere e
    join claims c on c.sid = e.sid
),
counted as (
    select
        level, entity_rcdts,
        count(*) filter (where in_numerator) as numerator,
        count(*) filter (where in_denominator) as denominator,
        count(*) filter (where may_pass and not may_fail and not may_out) as low_numerator,
        count(*) filter (where may_fail or (may_pass and not may_out)) as low_denominator,
        count(*) filter (where may_pass) as high_numerator,
        count(*) filter (where may_pass or (may_fail and not may_out)) as high_denominator
    from units
    group by level, entity_rcdts
)
select
    level, entity_rcdts, numerator, denominator,
    {fraction("numerator", "denominator")} as rate,
    coalesce({fraction("low_numerator", "low_denominator")}, case when high_denominator > 0 then 1 end) as low,
    coalesce({fraction("high_numerator", "high_denominator")}, case when low_denominator > 0 then 0 end) as high
from counted
union all
select 'state', '', 0, 0, null, null, null
where not exists (select 1 from counted where level = 'state')
"""

LEVELS = "case level when 'state' then 1 when 'district' then 2 else 3 end"


def write(engine: Engine, wanted: Measure, folder: Path) -> None:
    """The metric's CSV files: entities, students, evidence."""
    definition = wanted.definition
    head = f"{text(definition.metric)} as metric, {definition.year} as definition, {wanted.school_year} as school_year"
    shown = (
        "metric, definition, school_year, sid, in_denominator, in_numerator, undetermined, responsible_rcdts, reason"
    )
    queries = {
        "": f"select {head}, {_ENTITY} from metric_entities e order by {LEVELS}, e.entity_rcdts",
        "_students": f"select {shown} from (select {head}, * from metric_students) order by sid",
        "_repairs": f"select {head}, {REPAIRS}",
        "_evidence": f"select {_EVIDENCE} from metric_lines order by sid, _row",
    }
    with engine.in_order():
        for ending, query in queries.items():
            path = text(str(folder / f"{definition.metric}{ending}.csv"))
            engine.run(f"copy ({query}) to {path} (format csv, header true)")
    _write_public(engine, wanted, folder)


def _write_public(engine: Engine, wanted: Measure, folder: Path) -> None:
    """The entities as they can be published."""
    columns = ("level", "entity_rcdts", "numerator", "denominator", "rate", "low", "high")
    rows = engine.rows(f"select {', '.join(columns)} from metric_entities order by {LEVELS}, entity_rcdts")
    entities = [
        redact.Entity(
            level, code, n, d, {k: "" if v is None else str(v) for k, v in zip(columns[4:], rest, strict=True)}
        )
        for level, code, n, d, *rest in rows
    ]
    head = (wanted.definition.metric, wanted.definition.year, wanted.school_year)
    path = folder / f"{wanted.definition.metric}_public.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("metric", "definition", "school_year", *columns))
        for row in redact.redact(entities, lambda school: school[:DISTRICT]):
            writer.writerow((*head, *(row[c] for c in columns)))


_EVIDENCE = (
    "sid, home_rcdts, serving_rcdts, school_year, state_course_code, local_course_id, section_number, term_code, "
    "counted, rtrim(rtrim(credit::varchar, '0'), '.') as credit, grade_code, core, why"
)
#: Records that leave a student of this run undetermined, and the rules that report them where rules were judged.
REPAIRS = """
r.sid, s.responsible_rcdts, r.table_name, f.path as file_name, r._row % 4294967296 as line_number, r.what, x.rules
from (select distinct sid, table_name, _row, what from metric_repairs) r
join metric_students s on s.sid = r.sid and s.undetermined
join files f on f.number = r._row // 4294967296
left join (
    select table_name, file_name, line_number, string_agg(distinct rule_id, ' ' order by rule_id) as rules
    from exceptions
    group by table_name, file_name, line_number
) x on x.table_name = r.table_name and x.file_name = f.path and x.line_number = r._row % 4294967296
order by r.sid, r.table_name, r._row, r.what
"""
_ENTITY = "level, nullif(entity_rcdts, '') as entity_rcdts, numerator, denominator, rate, low, high"


def percent(fraction: Fraction | None) -> str:
    """A fraction as people read it: one decimal, half up; never 0 or 100 unless it is."""
    if fraction is None:
        return "no students"
    tenths = (2000 * fraction.numerator + fraction.denominator) // (2 * fraction.denominator)
    if fraction > 0 and tenths == 0:
        return "<0.1 %"
    if fraction < 1 and tenths == 1000:
        return ">99.9 %"
    return f"{tenths // 10}.{tenths % 10} %"
