"""What a report tells of the runs before: sums that add up, in the whole and in each district. Waived findings."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from conftest import Built
from dom import parse

import reports
from tests.history import nights

COUNTED = ("before", "resolved", "not-judged", "shifted", "new", "came-back", "open", "now")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the last of three nights in a workspace; one finding of that night is waived."""
    folder = tmp_path_factory.mktemp("nights")
    sids = nights.sids()
    for night, wrong in enumerate([sids[:9], sids[3:14], [*sids[:2], *sids[5:17]]]):
        extract = nights.write(folder / f"in{night}", {"IL-ENR-010": wrong, "IL-DEMO-009": sids[night : night + 4]})
        nights.check(extract, folder / "out", night, workspace=folder / "space", by_district=True)
    reports.build(folder / "out" / "audit.duckdb", folder / "out" / "report" / "whole")
    return folder / "out"


def read(state: Path, name: str) -> Built:
    path = state / "report" / name
    html = path.read_text("utf-8")
    return Built(state / "audit.duckdb", path, html, parse(html))


def districts() -> list[str]:
    return sorted({nights.district(sid) for sid in nights.sids()})


def pages(state: Path) -> dict[str, Built]:
    """Condition on a district -> report."""
    found = {"true": read(state, "whole/index.html")}
    return found | {f"rcdt = '{d}'": read(state, f"{d}/report.html") for d in districts()}


def test_what_became_of_the_findings_adds_up(state: Path) -> None:
    for of, built in pages(state).items():
        shown = {n: built.page.number(f"n-{n}") for n in COUNTED if f'id="n-{n}"' in built.html}
        stored = built.query(
            "select sum(before), sum(resolved), sum(not_judged), sum(shifted), sum(new), sum(came_back), sum(open), "
            f"sum(now) from changes where {of}"
        )[0]
        known = dict(zip(COUNTED, stored, strict=True))
        assert shown == {k: v for k, v in known.items() if k in shown}
        assert all(known[k] == 0 for k in set(COUNTED) - set(shown))
        assert shown["before"] - shown["resolved"] + shown["new"] + shown["came-back"] == shown["now"]
        assert shown["now"] == shown["new"] + shown["came-back"] + shown["open"] == built.payload["n"]
    whole = read(state, "whole/index.html").page
    assert whole.number("n-resolved") > 0 and whole.number("n-new") > 0 and whole.number("n-came-back") > 0


def test_the_picture_of_the_last_runs_has_its_table(state: Path) -> None:
    for of, built in pages(state).items():
        rows = built.page.table("t-nights")
        stored = built.query(
            "select run, coalesce(sum(now) filter (severity = 'error'), 0), "
            f"coalesce(sum(now) filter (severity = 'warning'), 0) from trend where {of} group by 1 order by 1 desc"
        )
        assert [tuple(map(int, r[1:3])) for r in rows] == [r[1:] for r in stored]
        assert [r[0] for r in rows] == ["Dec 2, 2018", "Dec 1, 2018", "Nov 30, 2018"]
        bars = [r for r in built.page.by_id("summary").all("rect") if r.attributes["class"] == "errors"]
        heights = [float(r.attributes["height"]) for r in bars]
        errors = [int(r[1]) for r in reversed(rows)]
        assert [h > 0 for h in heights] == [e > 0 for e in errors]
        assert heights.index(max(heights)) == errors.index(max(errors))


def test_a_rule_tells_its_last_runs(state: Path) -> None:
    for of, built in pages(state).items():
        told = built.page.by_id("rule-IL-ENR-010").all("p", "line")[0].text
        stored = built.query(
            f"select coalesce(sum(now) filter ({of} and rule_id = 'IL-ENR-010'), 0) from trend group by run "
            "order by run"
        )
        assert told.strip() == ", ".join(str(n) for (n,) in stored)


def test_a_school_has_no_picture_of_nights_that_nobody_knows(state: Path, tmp_path: Path) -> None:
    written = reports.build_districts(state / "audit.duckdb", tmp_path, only=districts()[0], by_school=True)
    for path in written[1:]:
        html = path.read_text("utf-8")
        assert 'id="t-nights"' not in html and 'id="n-resolved"' not in html


def test_waived_findings_are_listed_and_counted_apart(state: Path, tmp_path: Path) -> None:
    database = tmp_path / "audit.duckdb"
    shutil.copy(state / "audit.duckdb", database)
    with duckdb.connect(str(database)) as con:
        con.execute(
            "create table waived as select min(fingerprint) as fingerprint, true as counted_apart from exceptions "
            "where rule_id = 'IL-ENR-010' union all select max(fingerprint), false from exceptions "
            "where rule_id = 'IL-ENR-010'"
        )
    path = reports.build(database, tmp_path / "report")
    built = Built(database, path, path.read_text("utf-8"), parse(path.read_text("utf-8")))
    errors = built.one("select count(*) from exceptions where severity = 'error'")
    assert built.page.number("n-errors") == errors - 1
    severities = built.payload["columns"]["severity"]
    assert "waived" in severities["values"]
    assert "1 finding that someone has accepted" in built.page.by_id("summary").text
    assert built.payload["n"] == built.one("select count(*) from exceptions")
