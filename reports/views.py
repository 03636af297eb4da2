"""Everything that a page asks of the results of a run: queries over ``audit.duckdb``, opened read-only.

A finding is a row of ``exceptions``. Its school is the home school, else the serving school, else ``""``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl

from audit.engines.connect import frame, has_table, known_as, reading
from audit.exceptions import COLUMNS, ORDER

#: Rows that reading refused: they are in ``inputs.rows_rejected`` and not in ``checked_tables.rows``.
REJECTING = ("FMT-FIELDS", "FMT-ENCODING", "FMT-QUOTE", "FMT-HEADER", "FMT-FILE")
#: Order of weight; what is not listed comes last.
SEVERITIES = ("error", "warning", "info")
#: What is told of a finding that is gone.
RESOLVED = (
    "rule_id", "severity", "table_name", "exception_key", "sid", "home_rcdts", "serving_rcdts", "file_name",
    "first_seen", "last_seen",
)  # fmt: skip
#: Rows fetched at a time.
_BATCH = 10_000
#: Runs that a page looks back on.
MOST_NIGHTS = 14
#: What ``changes`` counts.
SINCE = ("before", "resolved", "not_judged", "shifted", "new", "came_back", "open", "now")
#: The columns of ``exceptions`` that a page carries. A fingerprint says nothing that the key does not.
CARRIED = (*(c for c in COLUMNS if c not in ("exception_key", "fingerprint")), "exception_key")

#: A finding that was waived and is counted apart has the severity ``waived``.
_FINDING = """
create temp view finding as
select * replace (case when {waived} then 'waived' else severity end as severity),
       coalesce(nullif(home_rcdts, ''), nullif(serving_rcdts, ''), '') as school,
       case when {waived} then 4
            else coalesce(list_position(['error', 'warning', 'info'], severity), 3) end as weight
from exceptions"""
_WAIVED = "fingerprint in (select fingerprint from waived where counted_apart)"
#: ``rows_here``: rows of the part that the results tell of; ``own``: whether rows that reading refused count there.
_INPUT = "create temp view input as select *, rows_checked as rows_here, true as own from inputs"


_PLACED = """
select sid, row_number() over (order by min(place), min(rcdt), sid) as place from student_rows group by sid"""


@dataclass(frozen=True)
class Run:
    """The one row of ``run``. Dates and times as DuckDB gives them."""

    as_of: Any
    as_of_origin: str
    school_year: int
    rulebook: str
    rulebook_title: str
    rulebook_version: str
    started: Any
    seconds: float
    verdict: str
    exit_status: int


@dataclass(frozen=True)
class Counts:
    """The numbers of the first page.

    ``errors``, ``warnings``, ``infos``: findings. ``students``: distinct ids among errors and warnings.
    ``records``: rows checked, summed over the tables, and rows rejected. ``failed``: those of them that were rejected
    or have an error. ``new`` and ``came_back`` are None when the results know no earlier run. ``waived``: findings that
    are counted apart from all others.
    """

    errors: int
    warnings: int
    infos: int
    students: int
    records: int
    rejected: int
    failed: int
    new: int | None
    came_back: int | None
    open: int | None
    waived: int = 0

    @property
    def findings(self) -> int:
        return self.errors + self.warnings + self.infos + self.waived

    @property
    def passed(self) -> int:
        return self.records - self.failed


@contextmanager
def opened(database: Path, memory: int | None = None) -> Iterator[Results]:
    """The results in ``database``. Raises duckdb.Error when it can't be opened or lacks a table.

    ``memory``: bytes that the queries may take before they spill to disk (None: DuckDB's own limit). Who opens it
    again inside the block is given the same, with all that it knows by then.
    """
    if database in _OPEN:
        yield _OPEN[database]
        return
    with connected(database, memory) as con:
        _OPEN[database] = Results(con)
        try:
            yield _OPEN[database]
        finally:
            del _OPEN[database]


@contextmanager
def connected(database: Path, memory: int | None = None, **beside: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection that ``Results`` over a whole run stand on; databases ``beside`` it are known by these names."""
    with reading(database, **beside) as con:
        limit(con, memory)
        define(con)
        con.execute(_INPUT)
        yield con


def define(con: duckdb.DuckDBPyConnection) -> None:
    """The view ``finding``, from which all queries count."""
    con.execute(_FINDING.format(waived=_WAIVED if has_table(con, "waived") else "false"))


def limit(con: duckdb.DuckDBPyConnection, memory: int | None) -> None:
    con.execute("set preserve_insertion_order = false")
    if memory:
        con.execute(f"set memory_limit = '{memory // 1_000_000}MB'")


_OPEN: dict[Path, Results] = {}


class Results:
    """Queries over one run. Lists of rows have the fields that the query names.

    Several threads may ask; their queries run one after the other.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._lock = RLock()
        self._known: dict[tuple[str, str], tuple[list[str], list[tuple[Any, ...]]]] = {}

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[SimpleNamespace]:
        """Several pages ask the same: it is looked up once."""
        asked = sql, str(values)
        with self._lock:
            if asked not in self._known:
                cursor = self._con.execute(sql, values)
                self._known[asked] = [d[0] for d in cursor.description or ()], cursor.fetchall()
            names, rows = self._known[asked]
        return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows]

    def _tuples(self, sql: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._con.execute(sql).fetchall()

    def _frame(self, sql: str, values: Sequence[Any] = ()) -> pl.DataFrame:
        with self._lock:
            return frame(self._con, sql, values)

    def has_table(self, name: str) -> bool:
        """Whether the results have a table (or, of a part, a view) that not every run leaves."""
        named = "select table_name as name from information_schema.tables where table_catalog = current_database()"
        return any(row.name == name for row in self._rows(named))  # asked once for all names

    # ------------------------------------------------------------------------------------------------------- the run

    def run(self) -> Run:
        return Run(**vars(self._rows(f"select {', '.join(Run.__annotations__)} from run")[0]))

    def counts(self) -> Counts:
        found = self._rows(
            """
            select count(*) filter (severity = 'error') as errors,
                   count(*) filter (severity = 'warning') as warnings,
                   count(*) filter (weight = 3) as infos,
                   count(*) filter (weight = 4) as waived,
                   count(distinct nullif(sid, '')) filter (weight < 3) as students,
                   count(*) filter (state = 'new') as new,
                   count(*) filter (state = 'came_back') as came_back,
                   count(*) filter (state = 'open') as open
            from finding"""
        )[0]
        checked = self._rows(
            """
            select (select coalesce(sum(rows), 0)::bigint from checked_tables) as checked,
                   (select coalesce(sum(rows_rejected), 0)::bigint from input where own) as rejected,
                   (select count(*) from (select distinct table_name, file_name, line_number from finding
                    where severity = 'error' and line_number is not null and not list_contains($1, rule_id))) as wrong
            """,
            [list(REJECTING)],
        )[0]
        history = found.open or found.came_back
        return Counts(
            errors=found.errors,
            warnings=found.warnings,
            infos=found.infos,
            waived=found.waived,
            students=found.students,
            records=checked.checked + checked.rejected,
            rejected=checked.rejected,
            failed=min(checked.wrong, checked.checked) + checked.rejected,
            new=found.new if history else None,
            came_back=found.came_back if history else None,
            open=found.open if history else None,
        )

    def lists(self) -> list[SimpleNamespace]:
        """What the rulebook lists beside the findings: ``name, title, lead, groups`` (columns to count by)."""
        return self._rows("select name, title, lead, groups from lists order by name")

    def listed(self, name: str, most: int) -> pl.DataFrame:
        """The first lines of a list."""
        return self._frame(f'select * from "{name}" order by rowid limit $1', [most])

    def list_counts(self, name: str, groups: Sequence[str]) -> list[tuple[Any, ...]]:
        """Values of the columns ``groups`` and how many lines of a list have them; the largest first."""
        columns = ", ".join(f'"{g}"' for g in groups)
        return self._tuples(
            f'select {columns}, count(*) as n from "{name}" group by {columns} order by n desc, {columns}'
        )

    def nights(self) -> list[SimpleNamespace]:
        """The last runs, the oldest first: ``run, as_of, errors, warnings, rules`` (changed since the run before).

        Empty where the results know no other run.
        """
        if not all(self.has_table(table) for table in ("nights", "trend", "changes")):
            return []
        return self._rows(
            f"""
            select n.run, n.as_of, n.rules, (coalesce(sum(t.now) filter (severity = 'error'), 0))::bigint as errors,
                   (coalesce(sum(t.now) filter (severity = 'warning'), 0))::bigint as warnings
            from (select run, as_of, rules_added + rules_changed + rules_removed as rules from nights
                  order by run desc limit {MOST_NIGHTS}) n
            left join trend t on t.run = n.run group by all order by 1"""
        )

    def rule_nights(self) -> dict[str, list[int]]:
        """Rule -> its findings in each of ``nights``."""
        runs = [night.run for night in self.nights()]
        found: dict[str, dict[int, int]] = {}
        if runs:
            for row in self._rows("select rule_id, run, sum(now)::bigint as n from trend group by all"):
                found.setdefault(row.rule_id, {})[row.run] = row.n
        return {rule: [numbers.get(run, 0) for run in runs] for rule, numbers in found.items()}

    def since(self) -> SimpleNamespace | None:
        """What became of the findings since the run before, and ``day``, its day; None where there was none.

        ``before`` - resolved - not_judged + shifted + new + came_back = ``now``; ``open``: those in both runs.
        """
        nights = self.nights()
        if len(nights) < 2:
            return None
        sums = ", ".join(f"coalesce(sum({c}), 0)::bigint as {c}" for c in SINCE)
        (row,) = self._rows(f"select {sums} from changes")
        return SimpleNamespace(day=nights[-2].as_of, **vars(row))

    def notices(self) -> list[str]:
        return [row.text for row in self._rows("select text from notices")]

    def districts(self) -> list[SimpleNamespace]:
        """``rcdt, name, findings``, the district with most findings first; without findings: those of ``entities``."""
        return self._rows(
            """
            with found as (select left(school, 11) as rcdt, count(*) as findings from finding
                           where length(school) >= 11 group by 1),
                 named as (select distinct left(rcdts, 11) as rcdt, 0 as findings from entities
                           where length(rcdts) >= 11 and not exists (select 1 from found))
            select rcdt, coalesce(e.entity_name, '') as name, findings
            from (select * from found union all select * from named)
            left join (select rcdts, max(entity_name) as entity_name from entities group by 1) e
              on e.rcdts = rcdt || '0000'
            order by findings desc, rcdt"""
        )

    def school_names(self) -> dict[str, str]:
        """RCDTS -> name, of the schools in the findings."""
        rows = self._rows(
            """
            select rcdts, max(entity_name) as name from entities
            where rcdts in (select home_rcdts from finding union select serving_rcdts from finding)
              and entity_name <> ''
            group by 1 order by 1"""
        )
        return {row.rcdts: row.name for row in rows}

    # ------------------------------------------------------------------------------------------------------ findings

    def causes(self, severity: str, most: int) -> list[SimpleNamespace]:
        """The largest groups of findings that one repair may clear: ``rule_id, column_name, value, split, n, schools``.

        All findings of a rule are one group, or, where values repeat (three findings a value, on average), all of a
        rule with one value: then ``split`` is true, and a null value means that none was found. Groups never overlap.
        ``schools``: the schools of the group as dicts of ``school, n``, the largest first.
        """
        return self._rows(
            """
            with by_value as (
                select rule_id, school, column_name, value, count(*) as n from finding where severity = $1
                group by 1, 2, 3, 4),
            marked as (
                select rule_id, sum(n) >= 3 * count(distinct concat(column_name, chr(31), value)) as split
                from by_value group by 1),
            grouped as (
                select rule_id, split, case when split then column_name end as column_name,
                       case when split then value end as value, school, sum(n)::bigint as n
                from by_value join marked using (rule_id) group by 1, 2, 3, 4, 5)
            select rule_id, split, column_name, value, sum(n)::bigint as n,
                   list({'school': school, 'n': n} order by n desc, school) as schools
            from grouped group by 1, 2, 3, 4
            order by n desc, rule_id, value, column_name limit $2""",
            [severity, most],
        )

    def by_school(self, severity: str) -> list[SimpleNamespace]:
        """``school, table_name, n``: findings of a severity."""
        return self._rows(
            "select school, coalesce(table_name, '') as table_name, count(*) as n from finding where severity = $1 "
            "group by 1, 2 order by 1, 2",
            [severity],
        )

    def rules_with_findings(self) -> list[SimpleNamespace]:
        """One row per rule: its text, ``n, students, new, population, undetermined``; errors and the largest first."""
        return self._rows(
            """
            select f.*, coalesce(nullif(r.title, ''), f.rule_id) as title, coalesce(r.kind, '') as kind,
                   coalesce(r.section, '') as section, coalesce(r.source, '') as source,
                   coalesce(nullif(r.message, ''), f.any_message) as message,
                   coalesce(nullif(r.expected, ''), f.any_expected) as expected, coalesce(r.fix, '') as fix,
                   coalesce(r.years, '') as years, coalesce(r.effective, '') as effective,
                   coalesce(r.executable, '') as executable, coalesce(r.note, '') as note,
                   coalesce(s.population, 0) as population, coalesce(s.undetermined, 0) as undetermined,
                   coalesce(s.reason, '') as reason
            from (select rule_id, arg_min(severity, weight) as severity, min(weight) as weight, count(*) as n,
                         count(distinct nullif(sid, '')) as students, count(*) filter (state = 'new') as new,
                         coalesce(min(table_name), '') as table_name, count(distinct table_name) as tables,
                         coalesce(min(message), '') as any_message, coalesce(min(expected), '') as any_expected
                  from finding group by 1) f
            left join rules r using (rule_id)
            left join rule_results s using (rule_id)
            order by weight, n desc, rule_id"""
        )

    def exceptions(self) -> Iterator[tuple[str | int | None, ...]]:
        """All findings: the columns COLUMNS, days as text, in the order of exceptions.csv."""
        columns = ", ".join(COLUMNS).replace("first_seen", "first_seen::varchar")
        with self._lock:
            cursor = self._con.cursor()
        with cursor:
            cursor.execute(f"select {columns} from exceptions order by {ORDER}")
            while rows := cursor.fetchmany(_BATCH):
                yield from rows

    def resolved(self) -> list[tuple[str | int | None, ...]]:
        """What is gone since the last run, in the columns RESOLVED; none where the run knows no earlier one."""
        if not self.has_table("resolved"):
            return []
        columns = ", ".join(f"{c}::varchar" for c in RESOLVED)
        return self._tuples(f"select {columns} from resolved order by rule_id, exception_key, file_name")

    def count_by(self, column: str) -> list[SimpleNamespace]:
        """``name`` (a value of the column, "" for none), ``numbers``: errors, warnings, others. Most errors first."""
        return self._rows(
            f"""
            select coalesce({column}, '') as name,
                   [count(*) filter (weight = 1), count(*) filter (weight = 2), count(*) filter (weight > 2)] as numbers
            from finding group by 1 order by numbers[1] desc, numbers[2] desc, numbers[3] desc, name"""
        )

    def severities(self) -> dict[str, list[tuple[str, int]]]:
        """Rule -> pairs of severity and number of findings, the heaviest first."""
        return self._by_severity("true")

    def failing(self, severities: Collection[str], *, fresh: bool) -> dict[str, list[tuple[str, int]]]:
        """The same of findings of these severities that are not waived; ``fresh``: only what is new or came back."""
        condition = f"severity in (select unnest({list(severities)}::varchar[]))"
        if fresh:
            condition += " and state in ('new', 'came_back')"
        if self.has_table("waived"):
            condition += " and fingerprint not in (select fingerprint from waived where counted_apart)"
        return self._by_severity(condition)

    def _by_severity(self, condition: str) -> dict[str, list[tuple[str, int]]]:
        rows = self._rows(
            f"select rule_id, severity, count(*) as n from finding where {condition} group by 1, 2 "
            "order by rule_id, min(weight)"
        )
        found: dict[str, list[tuple[str, int]]] = {}
        for row in rows:
            found.setdefault(row.rule_id, []).append((row.severity, row.n))
        return found

    def frequent_values(self, most: int) -> dict[str, list[SimpleNamespace]]:
        """Rule -> its most frequent ``column_name, value, n``; only values found more than once, null among them."""
        rows = self._rows(
            """
            select rule_id, column_name, value, n from (
                select rule_id, column_name, value, count(*) as n,
                       row_number() over (partition by rule_id order by count(*) desc, value, column_name) as place
                from finding group by 1, 2, 3)
            where place <= $1 and n > 1 order by rule_id, place""",
            [most],
        )
        values: dict[str, list[SimpleNamespace]] = {}
        for row in rows:
            values.setdefault(row.rule_id, []).append(row)
        return values

    def findings(self, most: int) -> pl.DataFrame:
        """The columns CARRIED of up to ``most`` findings: errors first, then by rule (the largest first) and school.

        ``exception_key`` is taken apart: a struct with a text, or null, for each name that any key has.
        """
        return self._frame(
            f"""
            select {self._carried()}
            from finding f
            join (select rule_id, count(*) as n from finding group by 1) using (rule_id)
            order by f.weight, n desc, rule_id, f.school, f.file_name, f.line_number, f.exception_key, f.column_name
            limit $1""",
            [most],
        )

    def frame(self) -> pl.DataFrame:
        """All findings as ``exceptions`` has them, in the order of exceptions.csv."""
        return self._frame(f"from exceptions order by {ORDER}")

    def student_rows(self, most: int) -> pl.DataFrame:
        """Source rows of the ``most`` students with most errors: ``sid, table_name, file_name, line_number, cells``.

        In the order of the students, then of the tables. ``cells``: as ``cell_names`` says. Empty where the run kept
        none.
        """
        rows = self._frame(
            f"""
            select sid, table_name, file_name, line_number, cells, p.place, t.step
            from student_rows join ({_PLACED}) p using (sid) left join checked_tables t using (table_name)
            where p.place <= $1""",
            [most],
        )
        row = ["table_name", "file_name", "line_number"]
        # a row is there for each of its districts
        found = rows.sort("place", "step", *row, nulls_last=True).unique(["sid", *row], maintain_order=True)
        return found.drop("place", "step")

    def students_with_rows(self, most: int) -> list[str]:
        """Ids of the students in ``student_rows``."""
        return [row.sid for row in self._rows(f"select sid from ({_PLACED}) where place <= $1 order by place", [most])]

    def findings_of(self, students: pl.Series) -> pl.DataFrame:
        """The same columns of all findings of these students, errors first."""
        with self._lock, known_as(self._con, "_students", pl.DataFrame({"sid": students})):
            return self._frame(
                f"select {self._carried()} from finding f where sid in (from _students) order by sid, weight, "
                "table_name, file_name, line_number, rule_id, f.exception_key, column_name",
            )

    def _carried(self) -> str:
        names = self._rows("select distinct unnest(json_keys(exception_key)) as name from exceptions order by 1")
        key = json.dumps({row.name: "VARCHAR" for row in names} or {"sid": "VARCHAR"}).replace("'", "''")
        made = {
            "first_seen": "f.first_seen::varchar as first_seen",
            "exception_key": f"json_transform(f.exception_key, '{key}') as exception_key",
        }
        return ", ".join(made.get(c, f"f.{c}") for c in CARRIED)

    def cell_names(self) -> dict[str, list[str]]:
        """Table -> names of the ``cells`` of its rows in ``student_rows``."""
        return {row.table_name: row.columns for row in self._rows("select table_name, columns from student_columns")}

    # ---------------------------------------------------------------------------------------------- what was checked

    def inputs(self) -> list[SimpleNamespace]:
        """The files; those that can't be read or do not balance first, then those with rejected rows.

        ``missing``: lines not accounted for. ``tables``: text. ``rows_here``, ``own``: see ``parts``.
        """
        return self._rows(
            """
            select * replace (replace(trim(tables::varchar, '[]'), '''', '') as tables),
                   lines - header_lines - blank_lines - embedded_newlines - rows_checked - rows_rejected as missing
            from input
            order by readable and missing = 0, rows_rejected = 0, path"""
        )

    def checked_tables(self) -> list[SimpleNamespace]:
        return self._rows("select table_name, rows, files, step from checked_tables order by table_name")

    def rule_results(self) -> list[SimpleNamespace]:
        """Every rule of the rulebook.

        ``rule_id, title, section, status, population, undetermined, reason, executable, fix``
        """
        return self._rows(
            """
            select s.rule_id, coalesce(nullif(r.title, ''), s.rule_id) as title, coalesce(r.section, '') as section,
                   s.status, s.population, s.undetermined, coalesce(s.reason, '') as reason,
                   coalesce(r.executable, '') as executable, coalesce(r.fix, '') as fix
            from rule_results s left join rules r using (rule_id) order by s.rule_id"""
        )

    def assumptions(self) -> list[SimpleNamespace]:
        """``name, meaning, value, given, rules``: what the rules that were run take for granted."""
        return self._rows("select name, meaning, value, given, rules from assumptions order by name")

    def format_problems(self, most: int) -> list[SimpleNamespace]:
        """``rule_id, title, file_name, column_name, severity, n`` of the findings made while reading."""
        return self._rows(
            """
            select rule_id, coalesce(max(nullif(r.title, '')), rule_id) as title, coalesce(file_name, '') as file_name,
                   coalesce(f.column_name, '') as column_name, min(f.severity) as severity, count(*) as n
            from finding f left join rules r using (rule_id) where starts_with(rule_id, 'FMT-')
            group by rule_id, f.file_name, f.column_name order by min(weight), n desc, rule_id, file_name limit $1""",
            [most],
        )
