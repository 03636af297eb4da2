"""What the report of one district needs and the findings do not say: rows by school, rows of students with findings.

Both are made once, while the tables are at hand, and stored in ``audit.duckdb``; reports are built from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from audit.engines.embedded import Engine, quoted, text
from audit.findings import shown
from audit.rulebook import Column, Rulebook
from audit.settle import FILE_FACTOR, Supply
from audit.visibility import Scope, seen

#: Students whose rows are kept: in a district at most MOST, in the whole run about SHARED, but LEAST in each district.
MOST, SHARED, LEAST = 2_000, 100_000, 100
#: An extract of more rows keeps none of them, unless districts get reports of their own: to find them costs time.
MOST_WITHOUT_ASKING = 6_000_000
#: Rows kept of one student in one table.
MOST_ROWS = 60
_COLUMNS: Mapping[str, Any] = {"table_name": pl.String, "columns": pl.List(pl.String)}
_NO_ROWS = (
    "select '' as rcdt, 0 as place, '' as sid, '' as table_name, '' as file_name, 0::bigint as line_number, "
    "[]::varchar[] as cells where false"
)

#: The district (RCDT) of a school's code; empty where the code is none: folders are named after it.
DISTRICT = "case when regexp_full_match({0}, '[0-9A-Z]{{15}}') then left({0}, 11) else '' end"
#: The school of a finding: its district is that of the home school, else of the serving school.
SCHOOL = "coalesce(nullif(home_rcdts, ''), nullif(serving_rcdts, ''), '')"


def make_checked(engine: Engine, rulebook: Rulebook, supplies: Mapping[str, Supply], scope: Scope | None) -> None:
    """Table ``checked_by_school``: ``rcdts, table_name, file_name, rows`` of the rows that were checked.

    A row's school is found as a finding's is: the home school of the row, else of the student's last enrollment, else
    the serving school, else empty. Reference tables have no rows of schools.
    """
    engine.run("create or replace temp table _checked (rcdts varchar, table_name varchar, _file integer, n bigint)")
    for supply in supplies.values():
        if supply.rows and not supply.table.reference_data:
            _count_by_school(engine, rulebook, supply, scope)
    engine.run(
        "create or replace table checked_by_school as "
        "select coalesce(r.rcdts, '') as rcdts, r.table_name, f.path as file_name, sum(r.n)::bigint as rows "
        "from _checked r join files f on f.number = r._file group by all order by all"
    )
    engine.run("drop table _checked")


def _count_by_school(engine: Engine, rulebook: Rulebook, supply: Supply, scope: Scope | None) -> None:
    """Number of rows by school and file. Only rows without a home school of their own are looked up by student."""
    table = supply.table
    source = quoted(table.name) + (f" where _row in (from {seen(table.name)})" if scope else "")
    home, name = f"nullif({table.home or 'null::varchar'}, '')", text(table.name)
    # to group by one column alone takes half as long
    file = str(min(supply.files)) if len(supply.files) == 1 else "_file"
    engine.run(f"insert into _checked select {home}, {name}, {file}, count(*) from {source} group by all")
    if not engine.one(f"select count(*) from _checked where table_name = {name} and rcdts is null"):
        return
    serving = "nullif(serving_rcdts, '')" if "serving_rcdts" in table.columns else "null::varchar"
    school, join = "serving", ""
    if table.student and "student_home" in rulebook.models:
        school, join = "coalesce(h.home_rcdts, serving)", "left join student_home h on h.sid = student"
    engine.run(f"delete from _checked where table_name = {name} and rcdts is null")
    engine.run(
        f"insert into _checked select {school}, {name}, {file}, count(*) "
        f"from (select {home} as home, {serving} as serving, {quoted(table.student) if table.student else 'null'} "
        f"as student, _file from {source}) {join} where home is null group by all"
    )


def make_students(
    engine: Engine, rulebook: Rulebook, supplies: Mapping[str, Supply], scope: Scope | None, names: str
) -> None:
    """View ``student_rows`` (of small data a table): ``rcdt, place, sid, table_name, file_name, line_number, cells``;
    and ``student_columns``: ``table_name, columns``, the names of the cells.

    The source rows of students with findings. ``rcdt``: a district in which the student has findings; of the rows only
    those are given to it that name it as home or serving district, or no school at all. ``place``: 1 for the student
    with most errors there. ``cells``: texts of the columns that are supplied, in the table's order; names of persons
    are among them as ``names`` says: not at all, as initials, or in full. Kept are the first students of each district
    (see SHARED).
    """
    if supplies:
        _choose(engine)
    rows, columns = [_NO_ROWS], {}
    for supply in supplies.values():
        if supply.rows and supply.table.student and not supply.table.reference_data:
            cells = _cells(supply, names)
            rows.append(_rows(supply, scope, cells.values()))
            columns[supply.table.name] = list(cells)
    kind = "table" if engine.small else "temp view"  # of much data the rows are made when they are written
    engine.run(f"create or replace {kind} student_rows as {' union all '.join(rows)}")
    engine.put("student_columns", pl.DataFrame(list(columns.items()), schema=_COLUMNS, orient="row"))


def _choose(engine: Engine) -> None:
    """Table ``_chosen``: the students whose rows are kept, and where: ``rcdt, place, sid``."""
    district = DISTRICT.format(SCHOOL)
    engine.run(
        f"create or replace temp table _chosen as with found as (select sid, {district} as rcdt, severity "
        "from exceptions where sid <> '' and severity <> 'info'), "
        "students as (select sid, rcdt, count(*) filter (where severity = 'error') as errors, count(*) as n "
        "from found group by all), "
        "placed as (select *, row_number() over (partition by rcdt order by errors desc, n desc, sid) as place "
        "from students) select rcdt, place::integer as place, sid from placed where place <= "
        f"(select least({MOST}, greatest({LEAST}, {SHARED} // greatest(1, count(distinct rcdt)))) from placed)"
    )


def _rows(supply: Supply, scope: Scope | None, cells: Iterable[str]) -> str:
    table = supply.table
    schools = [table.home] if table.home else []
    schools += ["serving_rcdts"] if "serving_rcdts" in table.columns else []
    own = " or ".join(
        [f"left({s}, 11) = c.rcdt" for s in schools] + [f"coalesce({', '.join([*schools, 'null'])}) is null"]
    )
    visible = f" and t._row in (from {seen(table.name)})" if scope else ""
    # which rows, before their cells are made: texts in the window would take all memory
    chosen = (
        f"select c.rcdt, c.place, c.sid, t._row from {quoted(table.name)} t "
        f"join _chosen c on c.sid = t.{quoted(table.student)} where (c.rcdt = '' or {own}){visible} "
        f"qualify row_number() over (partition by c.rcdt, c.sid order by t._row) <= {MOST_ROWS}"
    )
    return (
        f"select c.rcdt, c.place, c.sid, {text(table.name)}, f.path, t._row % {FILE_FACTOR}, "
        f"[{', '.join(cells)}]::varchar[] from ({chosen}) c join {quoted(table.name)} t using (_row) "
        "join files f on f.number = t._file"
    )


def _cells(supply: Supply, names: str) -> dict[str, str]:
    """SQL for what is kept of each column of a table."""
    return {
        column.name: value
        for column in supply.table.columns.values()
        if column.name in (supply.columns or ()) and (value := _cell(column, names))
    }


def _cell(column: Column, names: str) -> str:
    """SQL for what is kept of a value; empty where nothing may be."""
    value = shown(f"t.{quoted(column.name)}", column.kind)
    if column.kind != "name" or names == "full":
        return value
    return f"left({value}, 1) || '.'" if names == "initials" else ""


def steps(rulebook: Rulebook) -> dict[str, int]:
    """In which order tables are to be repaired: a table comes after those that its rows refer to, the first is 1."""

    def step(name: str, above: tuple[str, ...] = ()) -> int:
        targets = {r.table for r in rulebook.tables[name].references} - {name, *above}
        known = [t for t in targets if t in rulebook.tables and not rulebook.tables[t].reference_data]
        return 1 + max((step(t, (*above, name)) for t in known), default=0)

    return {name: step(name) for name in rulebook.tables}
