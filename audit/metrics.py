"""Measures metrics: runs a dated definition, counts entities, and says how far open errors leave the rate uncertain.

A definition's queries become the tables ``metric_cohort``, ``metric_reasons``, ``metric_lines``, ``metric_results``,
``metric_elsewhere`` and ``metric_repairs`` (``rulebook.Definition``). ``metric_results`` has one row a student who may
count: sid, responsible_rcdts, in_denominator, in_numerator, what the repair of records could make of the student
(may_out, may_pass, may_fail), reached (number of funnel steps taken), near, reason. From it come:

``metric_judged``      one row a student who may count, and whether open errors leave the student undetermined
``metric_students``    the same with all other students of the extract (model ``metric_outside``), for whom
                       ``metric_reasons`` words the reason
``metric_units``       one row for each student and each entity that the student counts for, or may
``metric_entities``    level, entity_rcdts, numerator, denominator, rate, low, high, low_numerator
``metric_subgroups``   the same by subgroup, title, value and label, for the columns that the extract supplies
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import polars as pl

from audit import cross
from audit.engines.embedded import Engine, quoted, text
from audit.errors import UserError
from audit.parameters import Parameters
from audit.rulebook import Definition, Rulebook, Subgroup
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
    """Makes the tables named above but the last. ``made``: models that stand already in this run; new ones are added.

    Raises duckdb.Error and RuntimeError where a query or a model fails.
    """
    definition = wanted.definition
    for name, (columns, rows) in definition.lists.items():
        frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
        engine.put(f"metric_{name}", frame.with_columns(pl.col(pl.String).replace("", None)))
    queries = {f"metric_{name}": sql for name, sql in definition.queries.items()}
    cross.need_models(engine, rulebook.models, wanted.parameters, [*queries.values(), "metric_outside"], made)
    for name, sql in queries.items():
        engine.run(f"create or replace table {name} as {cross.fill(sql, wanted.parameters)}")
    engine.run(f"create or replace table metric_judged as {_JUDGED}")
    engine.run(f"create or replace view metric_students as {_STUDENTS}")
    engine.run(f"create or replace table metric_units as {_UNITS}")
    engine.run(f"create or replace table metric_entities as {_ENTITIES}")


def count_subgroups(
    engine: Engine, rulebook: Rulebook, supplies: Mapping[str, Supply], wanted: Measure, made: set[str]
) -> None:
    """Makes ``metric_subgroups`` from the tables of ``measure``. A code that is on no list counts as not stated."""
    given = [s for s in wanted.definition.subgroups if s.column in (supplies[s.table].columns or ())]
    engine.run(
        "create or replace table metric_subgroups (level varchar, entity_rcdts varchar, subgroup varchar, "
        "title varchar, value varchar, label varchar, numerator bigint, denominator bigint, rate decimal(7, 6), "
        "low decimal(7, 6), high decimal(7, 6), low_numerator bigint)"
    )
    if given:
        cross.need_models(engine, rulebook.models, wanted.parameters, ["metric_groups"], made)
        engine.put("metric_labels", _labels(rulebook, given))
        rated = _rated("subgroup, level, entity_rcdts, value", f"({_grouped(rulebook, given)})")
        engine.run(
            "insert into metric_subgroups by name "
            f"select r.*, l.title, l.label from ({rated}) r join metric_labels l using (subgroup, value)"
        )


def _codes(rulebook: Rulebook, subgroup: Subgroup) -> Mapping[str, str]:
    return rulebook.codes[rulebook.tables[subgroup.table].columns[subgroup.column].codes or ""].meanings


def _labels(rulebook: Rulebook, subgroups: Iterable[Subgroup]) -> pl.DataFrame:
    """``subgroup, title, value, label`` of all values that a student can have."""
    rows = [
        (subgroup.name, subgroup.title, value, label)
        for subgroup in subgroups
        for value, label in {**_codes(rulebook, subgroup), "": "not stated"}.items()
    ]
    return pl.DataFrame(rows, schema=["subgroup", "title", "value", "label"], orient="row")


def _grouped(rulebook: Rulebook, subgroups: Iterable[Subgroup]) -> str:
    """SQL for the units once in each subgroup, with ``subgroup`` and ``value``."""
    values = []
    for subgroup in subgroups:
        column = f"g.{quoted(subgroup.name)}"
        listed = ", ".join(text(code) for code in _codes(rulebook, subgroup))
        value = f"case when {column} in ({listed}) then {column} else '' end"
        values.append(f"{{'subgroup': {text(subgroup.name)}, 'value': {value}}}")
    return (
        f"select u.*, unnest([{', '.join(values)}], recursive := true) "
        "from metric_units u left join metric_groups g on g.sid = u.sid "
        "where u.in_denominator or u.may_pass or u.may_fail"
    )


def fraction(numerator: str, denominator: str) -> str:
    """SQL for an exact decimal of six places, half up; never 0 or 1 unless it is. Null over nothing."""
    return (
        f"case when {denominator} = 0 then null when {numerator} = 0 then 0 when {numerator} = {denominator} then 1 "
        f"else greatest(1, least(999999, (2000000 * {numerator} + {denominator}) // (2 * {denominator}))) * 0.000001 "
        f"end::decimal(7, 6)"
    )


_JUDGED = """
select
    r.sid, r.responsible_rcdts, r.in_denominator, r.in_numerator,
    r.may_out::integer + r.may_pass::integer + r.may_fail::integer > 1 or e.sid is not null as undetermined,
    r.reached, r.near, r.reason
from metric_results r
left join (select distinct sid from metric_elsewhere) e on e.sid = r.sid
"""
_STUDENTS = """
from metric_judged
union all by name
select
    o.sid, false as in_denominator, false as in_numerator, false as undetermined, 0 as reached, false as near, r.reason
from metric_outside o
join metric_reasons r on r.code = o.code
"""

# A student whose school is in doubt may be out of the one, and in another. The lowest rate takes every student who may
# fail as failed and leaves out who may be out; the highest takes who may pass as passed.
_UNITS = f"""
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
    where r.responsible_rcdts is not null or r.in_denominator or r.may_pass or r.may_fail
)
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
"""


def _rated(group: str, units: str) -> str:
    """SQL for the figures of each group of units; ``low_numerator`` is the count behind the lowest rate."""
    return f"""
    with counted as (
        select
            {group},
            count(*) filter (where in_numerator) as numerator,
            count(*) filter (where in_denominator) as denominator,
            count(*) filter (where may_pass and not may_fail and not may_out) as low_numerator,
            count(*) filter (where may_fail or (may_pass and not may_out)) as low_denominator,
            count(*) filter (where may_pass) as high_numerator,
            count(*) filter (where may_pass or (may_fail and not may_out)) as high_denominator
        from {units}
        group by {group}
    )
    select
        {group}, numerator, denominator,
        {fraction("numerator", "denominator")} as rate,
        coalesce({fraction("low_numerator", "low_denominator")}, case when high_denominator > 0 then 1 end) as low,
        coalesce({fraction("high_numerator", "high_denominator")}, case when low_denominator > 0 then 0 end) as high,
        low_numerator
    from counted
    """


_ENTITIES = f"""
{_rated("level, entity_rcdts", "metric_units")}
union all
select 'state', '', 0, 0, null, null, null, 0
where not exists (select 1 from metric_units where level = 'state')
"""
