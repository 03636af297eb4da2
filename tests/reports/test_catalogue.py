"""The rule catalogue: a page for each rule, examples from the rule's own cases, nothing that leaves the page."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from dom import Node, parse
from typer.testing import CliRunner

import reports
from audit import cases, catalogue, explain, rule_facts, rulebook_load, run
from audit.cli import app
from audit.own_rules import rulebook
from audit.progress import Silent
from audit.rulebook import Rulebook
from audit.settings import Options

A1 = "010010010260001"
ENROLLMENT = "sid,home_rcdts,serving_rcdts,school_year,enrollment_date,percent_day_attended"
OWN = """\
-- id: MY-001
-- title: Left <script>alert(1)</script> at once
-- severity: warning
-- source: Enrollment | "><img src=x onerror=alert(1)>
-- table: enrollment
-- columns: exit_date
-- reads: enrollment(sid, exit_date)
-- message: The student left {days} days after.
-- expected: </pre><b>five days</b>
-- fix: {{ 7 * 7 }}
select _row, 3 as days, exit_date > enrollment_date as holds from enrollments
"""
OWN_CASE = (
    "- case: </caption><i>five</i>\n  enrollment: [{sid: '<b>1</b>', exit_date: 2018-09-08}]\n  finds: [{sid: x}]\n"
)


@pytest.fixture(scope="module", params=["illinois", "alabama"])
def book(request: pytest.FixtureRequest) -> Rulebook:
    return rulebook_load.load(request.param)


@pytest.fixture(scope="module")
def folder(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp(book.name) / "rules"
    catalogue.place(book, None, made)
    return made


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Node]:
    return {path.stem: parse(path.read_text("utf-8")) for path in folder.glob("*.html")}


def links(page: Node) -> Iterator[str]:
    return (a.attributes["href"] for a in page.all("a"))


def test_a_page_for_each_rule_of_the_export(book: Rulebook, folder: Path, pages: dict[str, Node]) -> None:
    entries = explain.catalogue([book])
    assert {e["rule_id"] for e in entries} == pages.keys() - {"index"}
    assert json.loads((folder / "rules.json").read_text("utf-8")) == entries
    for entry in entries:
        page = pages[entry["rule_id"]]
        assert page.all("h1")[0].text == " ".join(entry["title"].split())
        assert entry["rule_id"] in page.all("header")[0].text
        for field in ("fix", "note", "source"):
            assert " ".join(re.sub(r"\{\w+\}", "…", entry[field]).split()) in page.text, (entry["rule_id"], field)


def test_the_list_names_every_rule_and_its_filters_every_value(book: Rulebook, pages: dict[str, Node]) -> None:
    index, entries = pages["index"], explain.catalogue([book])
    assert sorted(row[0] for row in index.table("rules")) == sorted(e["rule_id"] for e in entries)
    assert index.by_id("count").text == f"{len(entries)} rules"
    for name, field in {"section": "section", "sev": "severity", "status": "status"}.items():
        (select,) = [s for s in index.all("select") if s.attributes["name"] == name]
        offered = {o.attributes["value"] for o in select.all("option")} - {""}
        assert offered == {e[field] for e in entries if e[field]}
        rows = index.by_id("rules").all("tbody")[0].all("tr")
        assert {r.attributes[f"data-{name}"] for r in rows} - {""} == offered
    assert sum(1 for _ in index.walk()) < 5000


def test_every_link_leads_to_a_page(folder: Path, pages: dict[str, Node]) -> None:
    for name, page in pages.items():
        for link in links(page):
            assert link == "#main" or (folder / unquote(link)).is_file(), (name, link)


def test_examples_are_cases_of_the_rule(book: Rulebook, pages: dict[str, Node]) -> None:
    files = {f.name.removesuffix(cases.ENDING): f for f in cases._files(rulebook_load.package_folder(book.name), None)}
    seen = 0
    for fact in rule_facts.facts(book):
        shown = [t.all("caption")[0].text for t in pages[fact["rule_id"]].all("table")]
        for example, fails in ((fact["passing"], False), (fact["failing"], True)):
            if example is None:
                continue
            seen += 1
            assert f"Case “{example.name}”." in pages[fact["rule_id"]].text
            stem = fact["rule_id"]
            file = files.get(stem) or files[re.sub("^[A-Z]+-", "", stem, count=1)]
            (case,) = [c for c in yaml.safe_load(file.read_text("utf-8")) if str(c["case"]) == example.name]
            assert bool(case["finds"]) == fails and case.get("population") != 0 and not case.get("undetermined")
            for name, columns, rows in example.tables:
                given = [row or {} for row in case[name]]
                assert len(given) == len(rows)
                told = [[row.get(c, "") for c in columns] for row in given]
                assert [[v if v is None else str(v) for v in row] for row in told] == rows
            assert len(shown) >= len(example.tables)
    assert seen > 30


def test_nearly_every_rule_has_both_examples(book: Rulebook) -> None:
    lacking = [f["rule_id"] for f in rule_facts.facts(book) if f["cases"] and not (f["passing"] and f["failing"])]
    assert len(lacking) <= 2, lacking


def test_the_query_is_the_rule_s_own(book: Rulebook, pages: dict[str, Node]) -> None:
    for rule in book.rules.values():
        code = [c.raw for c in pages[rule.id].all("code")]
        if rule.sql is not None:
            assert any(rule.sql in c for c in code), rule.id
        else:
            assert explain.evaluated(rule, book) in code


def test_policy_and_bones(pages: dict[str, Node]) -> None:
    for page in (pages["index"], next(p for name, p in pages.items() if name != "index")):
        meta = next(m for m in page.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy")
        told = meta.attributes["content"]
        for text in (n.raw for n in (*page.all("script"), *page.all("style"))):
            assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in told
        assert told.startswith("default-src 'none'; ")
        assert page.all("html")[0].attributes["lang"] == "en" and len(page.all("h1")) == 1
        for node in page.walk():
            assert "style" not in node.attributes and "src" not in node.attributes and node.tag != "img"
            assert not [a for a in node.attributes if a.startswith("on")]
        for section in page.all("section"):
            assert page.by_id(section.attributes["aria-labelledby"]).tag == "h2"
        levels = [int(n.tag[1]) for n in page.walk() if re.fullmatch("h[1-6]", n.tag)]
        assert all(b - a <= 1 for a, b in pairwise(levels))


# ---------------------------------------------------------------------------------------------------------------------
# A user's own rules, and what is kept


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "MY-001.sql").write_text(OWN)
    (folder / f"MY-001{cases.ENDING}").write_text(OWN_CASE)
    return folder


def test_own_rules_have_pages_and_their_words_are_text(own: Path, tmp_path: Path) -> None:
    catalogue.place(rulebook("illinois", own), own, tmp_path / "rules")
    page = parse((tmp_path / "rules" / "MY-001.html").read_text("utf-8"))
    assert page.all("h1")[0].text == "Left <script>alert(1)</script> at once"
    assert "img" not in {n.tag for n in page.walk()} and len(page.all("script")) == 2
    for text in ("</pre><b>five days</b>", "{{ 7 * 7 }}", "The student left … days after.", "<b>1</b>"):
        assert text in page.text
    assert "Case “</caption><i>five</i>”. 1 finding: sid x." in page.text


def test_broken_cases_of_a_user_break_no_run(own: Path, tmp_path: Path) -> None:
    for n, text in enumerate(
        ["- [", "- 3", "- case: x\n  enrollment: 7\n  finds: []", "a: b", "- case: y\n  finds: [1]"]
    ):
        (own / f"MY-001{cases.ENDING}").write_text(text)
        catalogue.place(rulebook("illinois", own), own, tmp_path / f"rules{n}")
        assert "Case “" not in (tmp_path / f"rules{n}" / "MY-001.html").read_text("utf-8")


def test_pages_are_made_once_and_anew_when_a_file_changes(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    make = catalogue._make
    monkeypatch.setattr(catalogue, "_make", lambda *of: (made.append(1), make(*of)))
    place = iter(tmp_path / f"rules{n}" for n in range(9))
    for _ in range(3):
        catalogue.place(rulebook("illinois", own), own, next(place))
    assert len(made) == 1
    (own / f"MY-001{cases.ENDING}").write_text(OWN_CASE.replace("five", "another"))
    catalogue.place(rulebook("illinois", own), own, last := next(place))
    assert len(made) == 2 and "another" in (last / "MY-001.html").read_text("utf-8")


def test_where_nothing_can_be_kept_the_pages_are_the_same(
    folder: Path, book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    catalogue.place(book, None, tmp_path / "rules")
    assert {p.name: p.read_bytes() for p in (tmp_path / "rules").iterdir()} == {
        p.name: p.read_bytes() for p in folder.iterdir()
    }


def test_what_is_kept_does_not_grow(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "__file__", str(tmp_path / "reports" / "__init__.py"))
    monkeypatch.setattr(catalogue, "MOST_KEPT", 2)
    monkeypatch.setattr(catalogue, "_make", lambda _book, _own, to: (to / "index.html").write_text(str(to)))
    (tmp_path / "reports").mkdir()
    for n in range(4):
        (own / "MY-001.sql").write_text(OWN + f"-- {n}\n")
        catalogue.place(rulebook("illinois", own), own, tmp_path / f"rules{n}")
    assert len(list((tmp_path / "reports" / "__pycache__").iterdir())) == 2


# ---------------------------------------------------------------------------------------------------------------------
# Commands


def test_a_run_has_the_catalogue_of_its_rules(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "student.csv").write_text("sid,legal_first_name\n000000012,Ottoline9\n")
    out = tmp_path / "out"
    run.check(Options(tmp_path / "in", out=out, as_of=dt.date(2018, 11, 30)), Silent())
    with (out / "rule_results.csv").open() as file:
        rules = {row["rule_id"] for row in csv.DictReader(file)}
    assert {p.stem for p in (out / "report" / "rules").glob("*.html")} == {*rules, "index"}
    assert (out / "report" / "rules" / "index.html").stat().st_mode & 0o777 == 0o600
    text = "".join(p.read_text("utf-8") for p in (out / "report" / "rules").iterdir())
    assert "000000012" not in text and "Ottoline" not in text


def test_the_report_links_to_the_pages_of_its_rules(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    row = f"000000012,{A1},{A1},2019,2018-08-20,1.50\n"
    (tmp_path / "in" / "enrollment.csv").write_text(f"{ENROLLMENT}\n{row}", "utf-8")
    out = tmp_path / "out"
    run.check(Options(tmp_path / "in", out=out, as_of=dt.date(2018, 11, 30), by_district=True), Silent())
    index, district = out / "report" / "index.html", out / "report" / A1[:11] / "report.html"
    for page in (index, district):
        found = [link for link in links(parse(page.read_text("utf-8"))) if "rules/" in link]
        assert {Path(link).name for link in found} >= {"index.html", "IL-ENR-010.html"}
        for link in found:
            assert (page.parent / unquote(link)).is_file()
    shutil.rmtree(out / "report" / "rules")
    assert CliRunner().invoke(app, ["report", str(out), "--out", str(tmp_path / "again")]).exit_code == 0
    assert (tmp_path / "again" / "index.html").read_bytes() == index.read_bytes()
    assert (tmp_path / "again" / "rules" / "IL-ENR-010.html").stat().st_mode & 0o777 == 0o600


def test_export_as_pages(tmp_path: Path) -> None:
    def export(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["rules", "export", "--html", str(tmp_path / "pages"), *words])
        return result.exit_code, result.output

    status, told = export("--state", "alabama")
    assert (status, told.strip()) == (0, str(tmp_path / "pages" / "index.html"))
    assert (tmp_path / "pages" / "AL-SP-002.html").is_file()
    status, told = export()
    assert status == 2 and "is there already" in told
