"""Parts of a run: the results of one district or school, told by the same queries as those of the whole.

The findings are sorted by district once, into a database of their own (``sort``); each part then reads its own stretch
of it, whatever the number of districts. A finding belongs to the district of its home school, else of its serving
school, else to the part UNASSIGNED. The numbers of a part are its own: rows checked, findings, students, and rows that
reading refused in files of this district alone. How many records a rule judged is not known by district: the rows of
its table stand there in its place, and what a rule could not tell is told of the whole run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from audit.engines.connect import attach, connect, lock
from reports import views
from reports.views import Results

#: The part of records that name no district, and of codes that are none (a folder is named after each).
UNASSIGNED = "unassigned"
#: Length of a district's code (RCDT) and of a school's (RCDTS).
RCDT, RCDTS = 11, 15


@dataclass(frozen=True)
class Part:
    """A district, a school or UNASSIGNED. ``name``: of the district or school, if the run knows it."""

    code: str
    name: str = ""
    findings: int = 0

    @property
    def is_school(self) -> bool:
        return len(self.code) == RCDTS

    @property
    def district(self) -> str:
        return "" if self.code == UNASSIGNED else self.code[:RCDT]

    @property
    def folder(self) -> str:
        """Where its report stands, seen from the folder of all reports."""
        return f"{self.district}/{self.code}" if self.is_school else self.code


# ---------------------------------------------------------------------------------------------------------------------
# Once for a run


def sort(database: Path, folder: Path, memory: int | None = None) -> Path:
    """Writes ``folder/parts.duckdb``: what parts are made of, by district; returns its path. Raises duckdb.Error."""
    path = folder / "parts.duckdb"
    with connect(path) as con:
        views.limit(con, memory)
        con.execute("set preserve_insertion_order = true")
        attach(con, "run", database)
        lock(con)
        con.execute(_SORT)
    return path


#: ``found``: the findings with their ``part`` (district) and ``part_school``. ``checked``: rows of schools and files.
#: ``owner``: the district that a file is of: the sender's, else that of all its rows, else none.
#: ``named``: notices and the files that they name.
_SORT = f"""
create macro code(x) as case when regexp_full_match(x, '[0-9A-Z]{{{RCDTS}}}') then x else '' end;
create table found as
select *, left(part_school, {RCDT}) as part
from (select *, code(coalesce(nullif(home_rcdts, ''), nullif(serving_rcdts, ''), '')) as part_school
      from run.exceptions)
order by part, rule_id, exception_key, file_name, line_number;
create table checked as
select code(rcdts) as rcdts, left(code(rcdts), {RCDT}) as part, table_name, file_name, sum(rows)::bigint as rows
from run.checked_by_school group by all order by part;
create table owner as
select i.path,
       coalesce(any_value(s.submitter_rcdt), case when count(distinct c.part) = 1 then min(c.part) end, '') as part
from run.inputs i
left join (select distinct file_name, submitter_rcdt from run.submission) s on s.file_name = i.path
left join checked c on c.file_name = i.path
group by i.path;
create table named as
select n.text, i.path from run.notices n join run.inputs i on contains(n.text, i.path);
create table student_rows as from run.student_rows order by rcdt, place, sid, table_name, file_name, line_number;
"""


def listed(database: Path, sorted_: Path, *, schools: bool = False) -> list[Part]:
    """The districts of a run (of checked rows or findings) and UNASSIGNED, or all schools; the largest first."""
    code = "school" if schools else "part"
    with _attached(database, sorted_) as con:
        rows = con.execute(
            f"""
            with counted as (
                select part, part_school as school, count(*) as n from sorted.found group by all
                union all select part, rcdts, 0 from sorted.checked)
            select code, coalesce(name, ''), n
            from (select {code} as code, sum(n)::bigint as n from counted where {code} <> '' or not $1 group by 1)
            left join (select rcdts, max(entity_name) as name from entities group by 1) on rcdts = rpad(code, 15, '0')
            order by n desc, code""",
            [schools],
        ).fetchall()
    return [Part(code or UNASSIGNED, name, n) for code, name, n in rows]


# ---------------------------------------------------------------------------------------------------------------------
# For each part


class Parts:
    """The parts of a run that was sorted, one at a time."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self.of(Part("-"))
        views.define(con)

    def of(self, part: Part) -> Results:
        """The results of a part; the one that was asked for before is gone."""
        self._con.execute("set variable part = ?", [part.district])
        self._con.execute("set variable school = ?", [part.code if part.is_school else ""])
        self._con.execute(_MAKE)
        return Results(self._con)


@contextmanager
def opened(database: Path, sorted_: Path, memory: int | None = None) -> Iterator[Parts]:
    """``database``: audit.duckdb; ``sorted_``: what ``sort`` made of it. Raises duckdb.Error."""
    with _attached(database, sorted_, memory) as con:
        yield Parts(con)


#: The tables that the queries of ``views`` know, for the part of the variables ``part`` and ``school`` ("": all).
#: A rule that ran and found nothing here has not therefore passed: nobody knows what it judged here.
#: A file that could not be read puts every district in doubt, unless it is known whose it is.
_MAKE = """
create or replace table exceptions as
select * exclude (part, part_school) from sorted.found
where part = getvariable('part') and getvariable('school') in ('', part_school);

create or replace table here as
from sorted.checked where part = getvariable('part') and getvariable('school') in ('', rcdts);

create or replace table checked_tables as
select table_name, sum(h.rows)::bigint as rows, count(distinct file_name) as files, any_value(step) as step
from here h join run.checked_tables using (table_name) group by 1;

create or replace table input as
select i.*, coalesce(h.rows, 0)::bigint as rows_here,
       o.part = getvariable('part') and getvariable('school') = '' as own
from run.inputs i join sorted.owner o using (path)
left join (select file_name, sum(rows) as rows from here group by 1) h on h.file_name = i.path
where rows_here > 0 or own or (o.part = '' and not i.readable);

create or replace table rule_results as
select s.* replace (
           case when s.status not in ('passed', 'findings') then s.status
                when f.n > 0 then 'findings' else 'nothing_found' end as status,
           coalesce(f.n, 0) as findings, coalesce(c.rows, 0) as population)
from run.rule_results s
left join run.rules r using (rule_id)
left join checked_tables c using (table_name)
left join (select rule_id, count(*) as n from exceptions group by 1) f using (rule_id);

create or replace table notices as
select text from run.notices n
where not exists (select 1 from sorted.named m where m.text = n.text and m.path not in (select path from input))
union all
select format('{} of the files that this district sent are on lines that name no school, as those that could not be '
              'read as rows. They are listed in the report “unassigned”.',
              case when count(*) = 1 then '1 finding' else format('{:,} findings', count(*)) end)
from sorted.found f join sorted.owner o on o.path = f.file_name
where f.part = '' and o.part = getvariable('part') and o.part <> '' and getvariable('school') = ''
having count(*) > 0;

create or replace table student_rows as
from sorted.student_rows
where rcdt = getvariable('part') and (getvariable('school') = '' or sid in (select sid from exceptions));
"""


_THERE = "select 1 from information_schema.tables where table_catalog = 'run' and table_name = $1"
#: What of the history is a part's; nothing of it is known by school.
_DISTRICT = (
    f"getvariable('school') = '' and case when regexp_full_match(rcdt, '[0-9A-Z]{{{RCDT}}}') then rcdt else '' end "
    "= getvariable('part')"
)
_OF_PART = {"nights": "getvariable('school') = ''", "changes": _DISTRICT, "trend": _DISTRICT}


@contextmanager
def _attached(database: Path, sorted_: Path, memory: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    # what does not fit the memory goes beside the sorted findings, not to the working directory
    with connect(temp_directory=str(sorted_.parent)) as con:
        views.limit(con, memory)
        con.execute("set threads = 1")  # parts are made beside each other, in processes of their own
        attach(con, "run", database)
        attach(con, "sorted", sorted_)
        lock(con)
        for name in ("rules", "assumptions", "entities", "student_columns"):
            con.execute(f"create view {name} as from run.{name}")
        con.execute("create view lists as from run.lists where false")  # nothing says whose a line of a list is
        for name in ("nights", "changes", "trend", "waived"):
            if con.execute(_THERE, [name]).fetchall():
                con.execute(f"create view {name} as from run.{name} where {_OF_PART.get(name, 'true')}")
        # status 3 means an unread file; which parts that puts in doubt, their inputs tell
        con.execute(
            "create view run as select * replace (case when exit_status = 3 and exists (select 1 from run.inputs "
            "where not readable) then 1 else exit_status end as exit_status, '' as verdict) from run.run"
        )
        yield con
