"""The summary of several districts: every number equals a query, and nothing of a student is on it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import nights
import pytest
from dom import Node, parse
from sample import RCDT, Sample, spread

import reports
from reports import charts, state

DISTRICTS = 12
#: The sample's results, cut so that districts differ: without findings, without errors, a rule in one district only.
_UNEVEN = """
delete from exceptions where home_rcdts like '99003%';
delete from exceptions where home_rcdts like '99004%' and severity = 'error';
delete from exceptions where home_rcdts not like '99007%' and rule_id = (
    select rule_id from exceptions where severity = 'error' group by 1 order by count(*) desc, rule_id limit 1);
insert into exceptions select * replace ('' as home_rcdts, '' as serving_rcdts) from exceptions limit 3;
"""


class Summary:
    """A summary page and the results it was made from."""

    def __init__(self, folder: Path, history: bool, districts: int = DISTRICTS) -> None:
        self.database = Sample(findings=240, history=history).write(folder / "audit.duckdb")
        spread(self.database, districts, 20)
        if districts > 1:
            with duckdb.connect(str(self.database)) as con:
                con.execute(_UNEVEN)
        if history:
            nights.add(self.database)
        self.out = folder / "report"
        self.written = reports.build_districts(self.database, self.out)
        self.html = (self.out / "index.html").read_text("utf-8")
        self.page = parse(self.html)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as con:
            con.execute(
                "create temp view found as select *, case when length(home_rcdts) = 15 then left(home_rcdts, 11) "
                "else 'unassigned' end as code from exceptions"
            )
            return con.execute(sql).fetchall()

    def rows(self, name: str) -> list[Node]:
        """All rows of a list, those that wait for the script too."""
        (box,) = [n for n in self.page.walk() if n.attributes.get("data-list") == name]
        return box.all("template")[0].all("tr")

    def cells(self, name: str) -> list[dict[str, str]]:
        """Of each row the values by which it is sorted, and what the links and texts say."""
        head = [th.text for th in self.page.by_id(f"t-{name}").all("thead")[0].all("th")]
        return [
            {h: c.attributes.get("data-v", c.text) for h, c in zip(head, cells(row), strict=True)}
            | {"link": row.all("a")[0].attributes["href"]}
            for row in self.rows(name)
        ]


def cells(row: Node) -> list[Node]:
    return [c for c in row.children if isinstance(c, Node)]


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return Summary(tmp_path_factory.mktemp("state"), history=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return Summary(tmp_path_factory.mktemp("plain"), history=False)


def number(text: str) -> int:
    return int(text.replace(",", ""))


# ---------------------------------------------------------------------------------------------------------------------
# Numbers


def test_each_district_equals_the_queries(summary: Summary) -> None:
    found = {
        code: numbers
        for code, *numbers in summary.query(
            "select code, count(*) filter (severity = 'error'), count(*) filter (severity = 'warning'), "
            "count(distinct nullif(sid, '')) filter (severity in ('error', 'warning')), "
            "min(first_seen) filter (severity = 'error')::varchar from found group by code"
        )
    }
    rows = dict(summary.query("select left(rcdts, 11), sum(rows)::bigint from checked_by_school group by 1"))
    moved = {code: (a, b) for code, a, b in summary.query("select rcdt, worse, better from worse")}
    listed = summary.cells("districts")
    assert len(listed) == DISTRICTS + 1 == len({d["link"] for d in listed})
    for district in listed:
        code = district["link"].partition("/")[0]
        errors, warnings, students, oldest = found.get(code, (0, 0, 0, None))
        shown = [number(district[k]) for k in ("Errors", "Warnings", "Students")]
        assert shown == [errors, warnings, students], code
        if code != "unassigned":
            assert number(district["Records"]) == rows[code]
            assert float(district["Per 1,000 records"]) == pytest.approx(errors * 1000 / rows[code])
        worse, better = moved.get("" if code == "unassigned" else code, (0, 0))
        assert int(district["New, gone"]) == worse - better
        assert district["Oldest error"] == (oldest or "9")


def test_status_is_that_of_the_district_s_report(summary: Summary) -> None:
    kinds = {}
    for row in summary.rows("districts"):
        report = parse((summary.out / row.all("a")[0].attributes["href"]).read_text("utf-8"))
        (verdict,) = report.all("div", "verdict")
        kinds[row.all("a")[0].attributes["href"]] = row.attributes["data-status"]
        assert row.attributes["data-status"] in verdict.attributes["class"].split()
        errors = next(c for c in cells(row) if c.attributes.get("data-label") == "Errors")
        assert number(errors.text) == report.number("n-errors")
    assert set(kinds.values()) >= {"not-ready", "warnings", "ready"}
    del kinds["unassigned/report.html"]
    told = {n.attributes["data-kind"]: number(n.text) for n in summary.page.all("span") if "data-kind" in n.attributes}
    assert told == {kind: list(kinds.values()).count(kind) for kind in set(kinds.values())}
    ready = list(kinds.values()).count("ready") + list(kinds.values()).count("warnings")
    assert summary.page.by_id("h-summary").text == f"{ready} of {DISTRICTS} districts are ready to submit"


def test_numbers_of_the_whole_equal_the_queries(summary: Summary) -> None:
    ((errors, warnings, students),) = summary.query(
        "select count(*) filter (severity = 'error'), count(*) filter (severity = 'warning'), "
        "count(distinct nullif(sid, '')) filter (severity <> 'info') from exceptions"
    )
    page = summary.page
    assert [page.number(f"n-{n}") for n in ("errors", "warnings", "students")] == [errors, warnings, students]
    moved = summary.query(
        "select sum(new), sum(came_back), sum(resolved), sum(open) from changes where severity <> 'info'"
    )
    assert [page.number(f"m-{n}") for n in ("new", "came-back", "resolved", "still-open")] == list(moved[0])
    nightly = summary.query("select errors, warnings, rules_changed from nights order by run desc")
    assert [tuple(map(number, row[1:])) for row in page.table("t-nights")] == nightly


def test_rules_and_their_spread_equal_the_queries(summary: Summary) -> None:
    expected = {
        rule: (n, districts, most)
        for rule, n, districts, most in summary.query(
            "select rule_id, sum(n)::bigint, count(*) filter (code <> 'unassigned'), max(n) "
            "from (select rule_id, code, count(*) as n from found group by 1, 2) group by 1"
        )
    }
    flags = {}
    for row in summary.rows("rules"):
        rule = row.all("th")[0].all("span", "id")[0].text
        shown = {c.attributes["data-label"]: c for c in cells(row) if "data-label" in c.attributes}
        n, districts, most = expected.pop(rule)
        assert (int(shown["Findings"].attributes["data-v"]), int(shown["Districts"].attributes["data-v"])) == (
            n,
            districts,
        )
        assert number(shown["Most in"].all("span", "id")[0].text.split(", ")[0]) == most
        code = shown["Most in"].all("a")[0].attributes["href"].partition("/")[0]
        assert (most,) in summary.query(f"select count(*) from found where rule_id = '{rule}' and code = '{code}'")
        flags[rule] = row.attributes["data-spread"]
        local, wide = most >= n * 0.9 and n >= 10, districts >= 3 and districts >= DISTRICTS * 0.33
        assert flags[rule] == ("local" if local else "wide" if wide else "")
    assert not expected
    assert set(flags.values()) >= {"local", "wide"}


def test_the_csv_beside_the_page_says_the_same(summary: Summary) -> None:
    with (summary.out / state.FILE).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    listed = summary.cells("districts")
    assert [(r["code"], r["errors"], r["status"]) for r in rows] == [
        (d["link"].partition("/")[0], d["Errors"], d["Status"]) for d in listed
    ]


def test_nights_of_a_district_are_those_of_the_history(summary: Summary) -> None:
    for row in summary.rows("districts"):
        code = row.all("a")[0].attributes["href"].partition("/")[0]
        trend = [n for (n,) in summary.query(
            f"select now from trend_district where rcdt = '{'' if code == 'unassigned' else code}' "
            "and severity = 'error' order by run"
        )]  # fmt: skip
        drawn = row.all("svg", "spark")
        assert bool(drawn) == bool(trend)
        if drawn:
            assert drawn[0].attributes["aria-label"].endswith(": " + ", ".join(map(str, trend)))
            assert drawn[0].all("polyline")[0].attributes["points"] == charts.spark(trend)


# ---------------------------------------------------------------------------------------------------------------------
# Privacy


def test_no_student_data_at_all(summary: Summary) -> None:
    text = (summary.html + (summary.out / state.FILE).read_text("utf-8")).replace(RCDT, "")
    students = {sid for (sid,) in summary.query("select distinct sid from exceptions where sid <> ''")}
    assert len(students) > 100
    assert not [sid for sid in students if sid in text]
    keys = {v for (key,) in summary.query("select exception_key from exceptions") for v in json.loads(key).values()}
    values = {v for (v,) in summary.query("select distinct value from exceptions where length(value) > 4")}
    assert not [value for value in (keys | values) if len(value) > 8 and value in text and not value.startswith("99")]
    assert "application/octet-stream" not in text and "exception_key" not in text
    assert "No student data on this page" in summary.page.all("header")[0].all("p")[0].text


def test_hostile_names_are_text(tmp_path: Path) -> None:
    database = Sample(findings=60).write(tmp_path / "audit.duckdb")
    spread(database, 3, 5)
    with duckdb.connect(str(database)) as con:
        con.execute("update entities set entity_name = '=1+1\"><img src=x onerror=alert(1)></template><script>'")
    reports.build_districts(database, tmp_path / "report")
    page = parse((tmp_path / "report" / "index.html").read_text("utf-8"))
    assert "img" not in {n.tag for n in page.walk()} and len(page.all("script")) == 2
    assert "'=1+1" in (tmp_path / "report" / state.FILE).read_text("utf-8")


# ---------------------------------------------------------------------------------------------------------------------
# The page


def test_every_link_leads_somewhere(summary: Summary) -> None:
    ids = {n.attributes["id"] for n in summary.page.walk() if "id" in n.attributes}
    assert len(ids) == sum("id" in n.attributes for n in summary.page.walk())
    for a in summary.page.all("a"):
        path, _, target = a.attributes["href"].partition("#")
        if path:
            assert (summary.out / path).is_file(), a.attributes["href"]
        else:
            assert target.partition("?")[0] in ids


def test_the_first_rows_are_there_without_scripts(plain: Summary) -> None:
    for name in ("districts", "rules"):
        drawn = plain.page.by_id(f"t-{name}").all("tbody")[0].all("tr")
        assert [r.text for r in drawn] == [r.text for r in plain.rows(name)[: state.FIRST_ROWS]]


def test_without_a_history_nothing_is_said_of_it(plain: Summary) -> None:
    assert not plain.page.has("movement") and not plain.page.all("svg", "spark")
    head = [th.text for th in plain.page.by_id("t-districts").all("thead")[0].all("th")]
    assert head[-1] == "Records"


def test_one_district_has_its_report_as_first_page(tmp_path: Path) -> None:
    one = Summary(tmp_path, history=False, districts=1)
    assert one.page.has("records") and not one.page.has("districts")
    assert not (one.out / state.FILE).exists()
    assert one.written[0] == one.out / "index.html"


def test_page_has_bones_and_a_policy(summary: Summary) -> None:
    page = summary.page
    for node in page.walk():
        assert "style" not in node.attributes and not [a for a in node.attributes if a.startswith("on")]
    for section in page.all("section"):
        assert page.by_id(section.attributes["aria-labelledby"]).tag == "h2"
    for table in page.all("table"):
        assert all(th.attributes.get("scope") for th in table.all("th"))
    assert page.all("meta")[1].attributes["content"].startswith("default-src 'none'; script-src 'sha256-")


@pytest.mark.parametrize(
    "values, expected", [([0, 0], "2.0,20.0 94.0,20.0"), ([0, 5, 10], "2.0,20.0 48.0,11.0 94.0,2.0")]
)
def test_spark(values: list[int], expected: str) -> None:
    assert charts.spark(values) == expected


def test_bars_stand_on_each_other() -> None:
    chart = charts.bars([(3, 1, False), (0, 0, True)])
    first, second = chart.bars
    assert chart.most == 4 and first.errors_y + first.errors_height == charts.NIGHT_HEIGHT
    assert first.warnings_y + first.warnings_height == first.errors_y and first.warnings_y == 0
    assert second.errors_height == 0 and second.changed == second.x - 1 and first.changed is None


def test_the_same_results_give_the_same_bytes(summary: Summary, tmp_path: Path) -> None:
    reports.build_districts(summary.database, tmp_path, jobs=1)
    assert (tmp_path / "index.html").read_bytes() == (summary.out / "index.html").read_bytes()
