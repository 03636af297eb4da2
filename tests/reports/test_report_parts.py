"""Reports of single districts and schools: each number is that of the part, and nothing of others is in it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import Built
from dom import parse
from sample import SCHOOLS, Sample, district, spread
from test_report_payload import in_order, unpacked

import reports
from reports import districts
from reports.views import CARRIED

DISTRICTS = 3
RCDT = district(1)
SCHOOL = list(SCHOOLS)[1].replace("99998401026", RCDT)
OF = "coalesce(nullif(home_rcdts, ''), nullif(serving_rcdts, ''), '')"
#: Findings that name no district: no school at all, and a code that is none.
ASTRAY: list[dict[str, Any]] = [
    {"rule_id": "FMT-FIELDS", "file_name": "discipline.csv", "line_number": 77, "message": "too few fields"},
    {"rule_id": "IL-ENR-006", "home_rcdts": "../../etc/passwd", "table_name": "student", "message": "odd"},
]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with audit.duckdb of three districts and their reports, schools too."""
    folder = tmp_path_factory.mktemp("state")
    database = Sample(findings=900).write(folder / "audit.duckdb")
    spread(database, DISTRICTS)
    with duckdb.connect(str(database)) as con:
        for finding in ASTRAY:
            con.execute(
                f"insert into exceptions ({', '.join(finding)}, severity, state, exception_key) "
                f"values ({', '.join('?' * len(finding))}, 'error', 'new', '{{}}')",
                list(finding.values()),
            )
        con.execute("insert into checked_by_school values ('', 'homeless', 'homeless.csv', 5)")
        con.execute("insert into submission values ('homeless.csv', ?)", [RCDT])
    reports.build_districts(database, folder / "report", by_school=True)
    return folder


def read(state: Path, code: str) -> Built:
    path = state / "report" / (f"{code[:11]}/{code}" if len(code) == 15 else code) / "report.html"
    html = path.read_text("utf-8")
    return Built(state / "audit.duckdb", path, html, parse(html))


CODES = pytest.mark.parametrize("code", [RCDT, SCHOOL, "unassigned"])


def where(code: str) -> str:
    if code == "unassigned":
        return f"not regexp_full_match({OF}, '[0-9A-Z]{{15}}')"
    return f"starts_with({OF}, '{code}')"


def test_a_folder_for_each_district_and_one_for_the_rest(state: Path) -> None:
    there = {p.name for p in (state / "report").iterdir() if p.is_dir()}
    assert there == {*map(district, range(DISTRICTS)), "unassigned"}
    assert {p.name for p in (state / "report" / RCDT).iterdir() if p.is_dir()} == {
        s.replace("99998401026", RCDT) for s in SCHOOLS
    }


@CODES
def test_findings_are_those_of_the_part(state: Path, code: str) -> None:
    built = read(state, code)
    stored = built.query(
        f"select * replace (first_seen::varchar as first_seen) from (select {', '.join(CARRIED)} from exceptions "
        f"where {where(code)})"
    )
    assert stored
    assert in_order(unpacked(built.payload)) == in_order(stored)


def test_districts_share_all_findings_and_all_rows(state: Path) -> None:
    whole = [read(state, c) for c in [*map(district, range(DISTRICTS)), "unassigned"]]
    one = whole[0]
    assert sum(b.payload["n"] for b in whole) == one.one("select count(*) from exceptions")
    assert sum(b.page.number("n-records") for b in whole) == one.one(
        "select (select sum(rows) from checked_by_school) + (select sum(rows_rejected) from inputs)"
    )


@CODES
@pytest.mark.parametrize(
    "id_, sql",
    [
        ("n-errors", "select count(*) from exceptions where severity = 'error' and {0}"),
        ("n-warnings", "select count(*) from exceptions where severity = 'warning' and {0}"),
        (
            "n-students",
            "select count(distinct nullif(sid, '')) from exceptions where severity in ('error', 'warning') and {0}",
        ),
    ],
)
def test_numbers_of_the_first_page(state: Path, code: str, id_: str, sql: str) -> None:
    built = read(state, code)
    assert built.page.number(id_) == built.one(sql.format(where(code)))


@CODES
def test_records_are_those_of_the_part(state: Path, code: str) -> None:
    built = read(state, code)
    rows = f"starts_with(rcdts, '{code}')" if code != "unassigned" else "rcdts = ''"
    stored = dict(built.query(f"select table_name, sum(rows) from checked_by_school where {rows} group by 1"))
    shown = {r[0]: int(r[1].replace(",", "")) for r in built.page.table("t-tables")}
    assert sum(shown.values()) == sum(stored.values()) and len(shown) == len(stored)
    wrong = built.one(
        "select count(*) from (select distinct table_name, file_name, line_number from exceptions where severity = "
        f"'error' and line_number is not null and not starts_with(rule_id, 'FMT-FIELDS') and {where(code)})"
    )
    rejected = built.page.number("n-records") - sum(stored.values())
    assert built.page.number("n-passed") == sum(stored.values()) - min(wrong, sum(stored.values()))
    if code != "unassigned":  # no file but homeless.csv, of which nothing was rejected, is one district's alone
        assert rejected == 0


def test_rows_that_reading_refused_count_where_the_file_belongs(tmp_path: Path) -> None:
    database = Sample(findings=300).write(tmp_path / "audit.duckdb")
    reports.build_districts(database, tmp_path / "report")
    built = read(tmp_path, "99998401026")
    rejected = built.one("select sum(rows_rejected) from inputs")
    assert rejected > 0
    assert built.page.number("n-records") == rejected + built.one("select sum(rows) from checked_tables")


@CODES
def test_rules_that_found_nothing_here_are_not_called_passed(state: Path, code: str) -> None:
    built = read(state, code)
    statuses = {r[0]: int(r[1]) for r in built.page.table("t-status")}
    ran = built.one("select count(*) from rule_results where status in ('passed', 'findings')")
    found = built.one(f"select count(distinct rule_id) from exceptions where {where(code)}")
    assert "Passed" not in statuses
    known = built.one("select count(*) from rule_results where status in ('passed', 'findings') and rule_id in "
                      f"(select rule_id from exceptions where {where(code)})")  # fmt: skip
    assert statuses["With findings"] == known and known <= found
    assert statuses["Run, nothing found here"] == ran - known


def test_a_district_s_report_names_no_other(state: Path) -> None:
    others = "|".join(district(n) for n in range(DISTRICTS) if district(n) != RCDT)
    built = read(state, RCDT)
    assert not re.search(others, built.html)
    assert not re.search(others, str(built.payload))
    assert "Prairie Bend CUSD 401 1" in built.page.all("h1")[0].text


def test_findings_on_the_district_s_own_files_without_a_school_are_pointed_at(state: Path) -> None:
    with duckdb.connect(str(state / "audit.duckdb")) as con:
        con.execute("update submission set file_name = 'discipline.csv'")
        con.commit()
        try:
            con.close()
            reports.build_districts(state / "audit.duckdb", state / "again", only=RCDT)
        finally:
            with duckdb.connect(str(state / "audit.duckdb")) as back:
                back.execute("update submission set file_name = 'homeless.csv'")
    page = parse((state / "again" / RCDT / "report.html").read_text("utf-8"))
    assert "1 finding of the files that this district sent" in page.by_id("summary").text
    assert {p.name for p in (state / "again").iterdir()} == {RCDT}


@CODES
def test_csv_beside_the_report_is_the_query(state: Path, code: str) -> None:
    built = read(state, code)
    rows = list(csv.DictReader(io.StringIO((built.path.parent / "exceptions.csv").read_text("utf-8-sig"))))
    stored = built.query(
        f"select rule_id, exception_key, sid, line_number, value from exceptions where {where(code)} "
        "order by rule_id, exception_key, file_name, line_number"
    )
    shown = [(r["rule_id"], r["exception_key"], r["sid"], r["line_number"], r["value"]) for r in rows]
    assert shown == [tuple("" if v is None else str(v) for v in row) for row in stored]


def test_several_processes_write_the_same_bytes(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(districts, "FEW", 2)
    reports.build_districts(state / "audit.duckdb", state / "beside", jobs=2)
    files = [p for c in (RCDT, "unassigned") for p in sorted((state / "report" / c).iterdir()) if p.is_file()]
    assert len(files) == 5
    for path in files:
        assert (state / "beside" / path.relative_to(state / "report")).read_bytes() == path.read_bytes()
    assert not [p for p in (state / "beside").iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("owner, doubted", [("", True), (RCDT, True), (district(2), False)])
def test_an_unread_file_puts_in_doubt_whose_it_may_be(tmp_path: Path, owner: str, doubted: bool) -> None:
    database = replace(Sample(findings=60), spoil="unreadable").write(tmp_path / "audit.duckdb")
    spread(database, DISTRICTS)
    with duckdb.connect(str(database)) as con:
        con.execute("insert into submission values ('broken.csv', nullif(?, ''))", [owner])
    reports.build_districts(database, tmp_path / "report", only=RCDT)
    page = parse((tmp_path / "report" / RCDT / "report.html").read_text("utf-8"))
    assert ("Could not judge" in page.by_id("h-summary").text) is doubted
    assert ("broken.csv" in page.by_id("checked").text) is doubted
