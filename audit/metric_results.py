"""What a run keeps of its metrics: tables of its database, and CSV files, which are these tables metric by metric.

A metric that fails leaves nothing behind but the word that it failed; the others are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BufferedWriter
from pathlib import Path
from typing import Any

import polars as pl

from audit import metrics, publication, spreadsheet
from audit.cross import first_line
from audit.engines.embedded import Engine, text
from audit.metrics import Measure
from audit.parameters import Parameters
from audit.rulebook import Definition, Rulebook
from audit.settle import FILE_FACTOR, Supply

_HEAD = "metric varchar, definition integer, school_year integer"
_COUNTS = "numerator bigint, denominator bigint"
_RATES = "rate decimal(7, 6), low decimal(7, 6), high decimal(7, 6)"

#: Tables of ``audit.duckdb``: what each row is, and its columns.
TABLES = {
    # one metric of the run: its definition in words
    "metrics": f"{_HEAD}, title varchar, who varchar, counts varchar, source varchar, near_means varchar, "
    "window_start date, window_end date, as_of date",
    # one step from all students to the numerator; ``counts_as``: denominator, numerator
    "metric_funnel": f"{_HEAD}, step integer, name varchar, students bigint, counts_as varchar",
    "metric_entities": f"{_HEAD}, level varchar, entity_rcdts varchar, {_COUNTS}, {_RATES}, entity_name varchar",
    "metric_subgroups": f"{_HEAD}, level varchar, entity_rcdts varchar, subgroup varchar, title varchar, "
    f"value varchar, label varchar, {_COUNTS}, {_RATES}",
    # students who may count; the view ``metric_students`` has everybody
    "metric_judged": f"{_HEAD}, sid varchar, in_denominator boolean, in_numerator boolean, undetermined boolean, "
    "responsible_rcdts varchar, reason varchar, near boolean",
    # everybody else, once for all metrics; ``metric_reasons`` has the words of each metric for the code. In a state
    # these are most students: to pack their ids takes longer than it saves
    "metric_outside": "sid varchar using compression uncompressed, code utinyint",
    "metric_reasons": f"{_HEAD}, code utinyint, reason varchar",
    # one course row of a student who counts or may
    "metric_evidence": "metric varchar, sid varchar, home_rcdts varchar, serving_rcdts varchar, school_year integer, "
    "state_course_code varchar, local_course_id varchar, section_number varchar, term_code varchar, counted boolean, "
    "credit varchar, grade_code varchar, core boolean, why varchar",
    # one record that leaves a student undetermined; ``rules``: those that report it in this run
    "metric_repairs": f"{_HEAD}, sid varchar, responsible_rcdts varchar, table_name varchar, file_name varchar, "
    "line_number bigint, what varchar, rules varchar",
    # what another definition gives, and the students on whom the two disagree
    "metric_compared": f"metric varchar, other_definition integer, {_COUNTS}, disagree bigint",
    "metric_differences": "metric varchar, other_definition integer, sid varchar, ours varchar, theirs varchar",
}
#: One row for each metric and student of the extract, as columns of ``metric_judged``.
_STUDENTS = """
create view result.metric_students as
from metric_judged
union all by name
select
    r.metric, r.definition, r.school_year, o.sid, false as in_denominator, false as in_numerator,
    false as undetermined, r.reason, false as near
from metric_outside o
join metric_reasons r on r.code = o.code
"""
#: CSV files: ending of the name -> table and columns.
FILES = {
    "": ("metric_entities", "* exclude (entity_name)"),
    "_subgroups": ("metric_subgroups", "*"),
    "_students": ("metric_judged", "* exclude (near)"),  # and everybody else
    "_evidence": ("metric_evidence", "* exclude (metric)"),
    "_repairs": ("metric_repairs", "*"),
}

LEVELS = "case level when 'state' then 1 when 'district' then 2 else 3 end"
_KEPT = {
    "metric_entities": f"""
        select e.* exclude (low_numerator) replace (nullif(e.entity_rcdts, '') as entity_rcdts), n.entity_name
        from metric_entities e
        left join (select rcdts, any_value(entity_name) as entity_name from entity where _last group by rcdts) n
            on n.rcdts = e.entity_rcdts || case level when 'district' then '0000' else '' end
        order by {LEVELS}, coalesce(e.entity_rcdts, '')
    """,
    "metric_subgroups": f"select * exclude (low_numerator) replace (nullif(entity_rcdts, '') as entity_rcdts) "
    f"from metric_subgroups order by {LEVELS}, coalesce(entity_rcdts, ''), subgroup, value",
    "metric_judged": "select sid, in_denominator, in_numerator, undetermined, responsible_rcdts, reason, near "
    "from metric_judged order by sid",
    "metric_reasons": "from metric_reasons order by code",
    "metric_evidence": "select * exclude (_row) from (select sid, home_rcdts, serving_rcdts, school_year, "
    "state_course_code, local_course_id, section_number, term_code, counted, rtrim(rtrim(credit::varchar, '0'), '.') "
    "as credit, grade_code, core, why, _row from metric_lines) order by sid, _row",
    "metric_repairs": f"""
        with named as (
            select distinct r.sid, s.responsible_rcdts, r.table_name, f.path as file_name,
                r._row % {FILE_FACTOR} as line_number, r.what, r._row
            from metric_repairs r
            join metric_judged s on s.sid = r.sid and s.undetermined
            join files f on f.number = r._row // {FILE_FACTOR}
        ),
        reported as (
            select table_name, file_name, line_number, string_agg(distinct rule_id, ' ' order by rule_id) as rules
            from exceptions
            semi join named using (table_name, file_name, line_number)
            group by table_name, file_name, line_number
        )
        select r.* exclude (_row), x.rules
        from named r
        left join reported x using (table_name, file_name, line_number)
        order by r.sid, r.table_name, r._row, r.what
    """,
}


@dataclass
class Kept:
    """``told``: what run.json says of each metric that was measured. ``broken``: of those that failed, why.

    No student value in any of them.
    """

    told: list[dict[str, Any]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def measure_all(
    engine: Engine,
    rulebook: Rulebook,
    supplies: Mapping[str, Supply],
    parameters: Parameters,
    definitions: Iterable[Definition],
    made: set[str],
    folder: Path,
    compare: bool = False,
) -> Kept:
    """Measures by each definition; adds to ``Engine.writing`` and writes the files to ``folder``, made if need be.

    Findings are those of ``exceptions``. ``made``: as for ``metrics.measure``. ``compare``: also says what the other
    definitions of the metric give.
    """
    kept = Kept()
    with engine.transaction():
        for name, columns in TABLES.items():
            engine.run(f"create table result.{name} ({columns})")
        engine.run(_STUDENTS)
    with ThreadPoolExecutor(1) as beside:
        published, measured = [], []
        for definition in definitions:
            wanted = metrics.plan(definition, parameters)
            if absent := metrics.lacking(definition, supplies):
                kept.notices.append(f"{definition.title}: not measured, not supplied: {absent}")
                continue
            try:
                others = _by_others(engine, rulebook, supplies, parameters, definition, made) if compare else []
                metrics.measure(engine, rulebook, wanted, made)
                metrics.count_subgroups(engine, rulebook, supplies, wanted, made)
                _keep(engine, wanted, others)
            except Exception as error:
                kept.broken.append(f"{definition.title} (definition of {definition.year}): {_why(error)}")
                continue
            folder.mkdir(exist_ok=True)
            # what may be published takes Python long, and the engine is free meanwhile
            published.append(beside.submit(publication.write, publication.figures(engine), _names(wanted), folder))
            _write(engine, wanted, folder)
            kept.told.append(_told(engine, wanted))
            measured.append(wanted)
        _add_outside(engine, measured, folder)
        for each in published:
            each.result()
    return kept


def _names(wanted: Measure) -> tuple[str, int, int]:
    return wanted.definition.metric, wanted.definition.year, wanted.school_year


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, RuntimeError) else first_line(error)


def _by_others(
    engine: Engine,
    rulebook: Rulebook,
    supplies: Mapping[str, Supply],
    parameters: Parameters,
    definition: Definition,
    made: set[str],
) -> list[tuple[int, str]]:
    """The years of the other definitions of the metric, and the tables with what they say of each student."""
    others = []
    for other in rulebook.metrics:
        if other.metric != definition.metric or other == definition or metrics.lacking(other, supplies):
            continue
        metrics.measure(engine, rulebook, metrics.plan(other, parameters), made)
        name = f"metric_by_{other.year}"
        engine.run(
            f"create or replace table {name} as select sid, in_denominator, in_numerator, reason from metric_students"
        )
        others.append((other.year, name))
    return others


def _keep(engine: Engine, wanted: Measure, others: Sequence[tuple[int, str]]) -> None:
    """Adds the metric that was just measured to the database: all of it, or nothing."""
    queries = _described(wanted) + [(name, _headed(name, wanted, sql)) for name, sql in _KEPT.items()]
    for year, table in others:
        queries += _compared(wanted, year, table)
    if not engine.one("select count(*) from result.metric_outside"):
        queries.append(("metric_outside", "from metric_outside order by sid"))
    with engine.in_order(), engine.transaction():
        for name, sql in queries:
            engine.run(f"insert into result.{name} by name {sql}")


def _head(wanted: Measure) -> str:
    definition = wanted.definition
    return f"{text(definition.metric)} as metric, {definition.year} as definition, {wanted.school_year} as school_year"


def _headed(table: str, wanted: Measure, sql: str) -> str:
    head = _head(wanted) if TABLES[table].startswith(_HEAD) else f"{text(wanted.definition.metric)} as metric"
    return f"select {head}, * from ({sql})"


def _described(wanted: Measure) -> list[tuple[str, str]]:
    """Rows of ``metrics`` and ``metric_funnel``."""
    definition, given = wanted.definition, wanted.parameters

    def day(name: str) -> str:
        return f"{text(str(given[name]))}::date" if given.get(name) else "null"

    words = {
        "title": definition.title,
        "who": definition.who,
        "counts": definition.counts,
        "source": definition.source.replace(" | ", ", "),
        "near_means": definition.near,
    }
    said = ", ".join(f"{text(value)} as {name}" for name, value in words.items())
    days = ", ".join(f"{day(n)} as {n}" for n in ("window_start", "window_end"))
    described = f"select {_head(wanted)}, {said}, {days}, {day('as_of_date')} as as_of"
    steps = ["All students of the extract with an enrollment", *definition.funnel]
    counts_as = {definition.denominator: "'denominator'", len(definition.funnel): "'numerator'"}
    everybody = "(select count(*) from metric_judged) + (select count(*) from metric_outside)"
    counted = " union all ".join(
        f"select {k} as step, {text(name)} as name, {counts_as.get(k, 'null')} as counts_as, "
        f"{f'(select count(*) from metric_judged where reached >= {k})' if k else everybody} as students"
        for k, name in enumerate(steps)
    )
    return [("metrics", described), ("metric_funnel", f"select {_head(wanted)}, * from ({counted}) order by step")]


_SAYS = "case when {0}.in_numerator then 'in: ' when {0}.in_denominator then 'not in: ' else 'does not count: ' end"


def _compared(wanted: Measure, year: int, other: str) -> list[tuple[str, str]]:
    """How the students of the table ``other``, by the definition of ``year``, differ from ``metric_students``."""
    head = f"{text(wanted.definition.metric)} as metric, {year} as other_definition"
    differ = f"""
        from metric_students o
        join {other} t on t.sid = o.sid
        where o.in_denominator <> t.in_denominator or o.in_numerator <> t.in_numerator
    """
    ours, theirs = (f"{_SAYS.format(t)} || coalesce({t}.reason, '')" for t in ("o", "t"))
    return [
        (
            "metric_compared",
            f"select {head}, count(*) filter (where in_numerator) as numerator, "
            f"count(*) filter (where in_denominator) as denominator, (select count(*) {differ}) as disagree "
            f"from {other}",
        ),
        (
            "metric_differences",
            f"select {head}, o.sid, {ours} as ours, {theirs} as theirs {differ} order by o.sid",
        ),
    ]


def _write(engine: Engine, wanted: Measure, folder: Path) -> None:
    metric = wanted.definition.metric
    with engine.in_order():
        for ending, (table, columns) in FILES.items():
            query = f"select {columns} from result.{table} where metric = {text(metric)}"
            spreadsheet.write(folder / f"{metric}{ending}.csv", spreadsheet.frames(engine, query))


def _add_outside(engine: Engine, measured: Iterable[Measure], folder: Path) -> None:
    """Adds to the students' files of all metrics those who can be in no denominator, as ``metric_students`` has them.

    They are most of an extract, and only their id and a code differ: what stands around these is made once.
    """
    with ExitStack() as open_, engine.in_order():
        files: list[tuple[BufferedWriter, str, dict[int, str]]] = []
        for wanted in measured:
            metric, year, school_year = _names(wanted)
            reasons = engine.frame(f"select code, reason from result.metric_reasons where metric = {text(metric)}")
            ends = "false,false,false,," + spreadsheet.cells(reasons["reason"])
            file = open_.enter_context((folder / f"{metric}_students.csv").open("ab"))
            files.append((file, f"{metric},{year},{school_year}", dict(zip(reasons["code"], ends, strict=True))))
        for outside in engine.batches("from result.metric_outside") if files else ():
            sid = spreadsheet.cells(outside["sid"])
            for file, start, end in files:
                lines = outside.select(pl.lit(start), sid, end=pl.col("code").replace_strict(end, default=None))
                lines.drop_nulls("end").write_csv(file, include_header=False, quote_style="never")


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
