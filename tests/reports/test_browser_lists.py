"""The summary of districts and the rule catalogue in a real browser: search, filters, order, pages, the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import nights
import pytest
from browser import Tab
from playwright.sync_api import expect
from sample import Sample, spread

import reports
from audit import catalogue, explain, rulebook_load

DISTRICTS = 56
#: Rows of a page of a list.
PAGE = 50


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the results and reports of districts that differ in their number of findings."""
    folder = tmp_path_factory.mktemp("lists")
    database = Sample(findings=30, history=True).write(folder / "audit.duckdb")
    spread(database, DISTRICTS, 5)
    with duckdb.connect(str(database)) as con:
        con.execute("delete from exceptions where hash(fingerprint) % 100 < home_rcdts[3:5]::int * 2")
        con.execute("delete from exceptions where home_rcdts[3:5]::int > 49")
    nights.add(database)
    reports.build_districts(database, folder / "report")
    return folder


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue") / "rules"
    catalogue.place(rulebook_load.load("illinois"), None, folder)
    return folder / "index.html"


def query(state: Path, sql: str) -> list[str]:
    with duckdb.connect(str(state / "audit.duckdb"), read_only=True) as con:
        return [str(row[0]) for row in con.execute(sql).fetchall()]


def column(tab: Tab, name: str, number: int) -> list[str]:
    return tab.page.locator(f"#t-{name} tbody tr > :nth-child({number})").all_inner_texts()


def tally(tab: Tab, name: str) -> str:
    return tab.page.inner_text(f"[data-list={name}] .tally")


def test_districts_are_sorted_by_a_number_and_back(state: Path, visit: Callable[..., Tab]) -> None:
    tab = visit(state / "report" / "index.html")
    assert tally(tab, "districts") == f"1–{PAGE} of {DISTRICTS}"
    errors = query(
        state,
        "select count(e.rule_id) from (select distinct left(rcdts, 11) as rcdt from checked_by_school) c "
        "left join exceptions e on left(home_rcdts, 11) = rcdt and severity = 'error' group by rcdt order by 1",
    )
    tab.page.click("#t-districts thead button:has-text('Errors')")
    assert column(tab, "districts", 3) == errors[::-1][:PAGE]
    assert tab.page.get_attribute("#t-districts th:nth-child(3)", "aria-sort") == "descending"
    tab.page.click("#t-districts thead button:has-text('Errors')")
    assert column(tab, "districts", 3) == errors[:PAGE]
    tab.page.click("[data-list=districts] [data-turn='1']")
    assert column(tab, "districts", 3) == errors[PAGE:]
    assert tally(tab, "districts") == f"{PAGE + 1}–{DISTRICTS} of {DISTRICTS}"
    assert tab.page.url.endswith("#districts?sort=2.a&page=2")


def test_search_and_status_and_the_address_that_keeps_them(state: Path, visit: Callable[..., Tab]) -> None:
    tab = visit(state / "report" / "index.html")
    rows = tab.page.locator("#t-districts tbody tr")
    tab.page.fill("[data-list=districts] input", "99007401026")
    expect(rows).to_have_count(1)
    assert "99-007-4010-26" in column(tab, "districts", 1)[0]
    tab.page.fill("[data-list=districts] input", "nobody has this name")
    expect(rows).to_have_count(0)
    assert tally(tab, "districts") == "Nothing matches. Remove a filter to see more."
    tab.page.fill("[data-list=districts] input", "")
    expect(rows).to_have_count(PAGE)
    tab.page.select_option("[data-list=districts] select[name=status]", "ready")
    expect(tab.page).to_have_url(re.compile("status=ready$"))
    shown = column(tab, "districts", 2)
    assert set(shown) == {"Ready"} and tally(tab, "districts") == f"1–{len(shown)} of {len(shown)}"
    again = visit(state / "report" / "index.html", "#" + tab.page.url.partition("#")[2])
    assert column(again, "districts", 1) == column(tab, "districts", 1)
    assert again.page.input_value("[data-list=districts] select[name=status]") == "ready"


def test_the_verdict_leads_to_its_districts_and_a_row_to_its_report(state: Path, visit: Callable[..., Tab]) -> None:
    tab = visit(state / "report" / "index.html")
    told = tab.page.inner_text("[data-kind=ready]")
    tab.page.click(".kinds a[href='#districts?status=ready']")
    assert tally(tab, "districts").endswith(f" of {told}")
    assert tab.page.evaluate("document.activeElement.id") == "h-districts"
    name = tab.page.inner_text("#t-districts tbody tr:first-child a")
    tab.page.click("#t-districts tbody tr:first-child a")
    tab.page.wait_for_selector("html[data-ready]", state="attached")
    assert tab.page.inner_text("h1") == name


def test_rules_by_spread(state: Path, visit: Callable[..., Tab]) -> None:
    tab = visit(state / "report" / "index.html", "#rules?spread=wide")
    found = tab.page.locator("#t-rules tbody tr")
    assert 0 < found.count() == tab.page.locator("#t-rules .flag.wide").count()


def test_without_scripts_the_first_districts_are_there(state: Path, visit: Callable[..., Tab]) -> None:
    tab = visit(state / "report" / "index.html", java_script_enabled=False)
    assert tab.page.locator("#t-districts tbody tr").count() == PAGE
    assert f"the first {PAGE} districts only" in tab.page.inner_text("#districts")
    assert not tab.page.is_visible("[data-list=districts] form")


def test_catalogue_search_filters_and_address(rules: Path, visit: Callable[..., Tab]) -> None:
    entries = explain.catalogue([rulebook_load.load("illinois")])
    tab = visit(rules)
    shown = "[...document.querySelectorAll('#rules tbody tr')].filter(r => r.checkVisibility()).length"
    assert tab.page.evaluate(shown) == len(entries)
    assert tab.page.inner_text("#count") == f"{len(entries)} rules"
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("percent day")
    tab.page.select_option("select[name=section]", "Enrollment")
    wanted = [
        e["rule_id"]
        for e in entries
        if e["section"] == "Enrollment" and all(w in f"{e['title']} {e['section']}".lower() for w in ("percent", "day"))
    ]
    assert tab.page.evaluate(shown) == len(wanted) > 0
    assert tab.page.inner_text("#count") == f"{len(wanted)} of {len(entries)} rules"
    again = visit(rules, "#" + tab.page.url.partition("#")[2])
    assert again.page.evaluate(shown) == len(wanted)
    assert again.page.input_value("input[type=search]") == "percent day"
    tab.page.select_option("select[name=status]", "retired")
    assert tab.page.inner_text("#count") == "No rule matches. Remove a filter to see more."
    again.page.click("#rules tbody tr:not([hidden]) a")
    again.page.wait_for_selector("html[data-ready]", state="attached")
    assert wanted[0] in again.page.inner_text("header")


def test_colors_can_be_changed(rules: Path, visit: Callable[..., Tab]) -> None:
    tab = visit(rules, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = tab.page.evaluate(ground)
    tab.page.click("text=Light colors")
    assert tab.page.evaluate(ground) != dark and tab.page.inner_text("#theme") == "Dark colors"
