"""Pages in a real browser: for every reader, by keyboard alone, without scripts; the download is what was filtered."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from browser import PHONE, Tab
from conftest import Built

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
    "dark phone": {"viewport": PHONE, "color_scheme": "dark"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", ["index.html", "students.html"])
def test_accessible(built: Built, visit: Callable[..., Tab], name: str, look: str) -> None:
    tab = visit(built.path.parent / name, **LOOKS[look])
    if name == "index.html":  # with everything open that can be opened
        tab.page.click("#table .open")
        tab.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert tab.page.locator(".det").count() == 1
    assert tab.faults() == []


@pytest.mark.parametrize("name", ["index.html", "students.html"])
def test_accessible_as_printed(built: Built, visit: Callable[..., Tab], name: str) -> None:
    tab = visit(built.path.parent / name)
    tab.page.emulate_media(media="print")
    assert tab.faults() == []


@pytest.mark.parametrize("name", ["index.html", "students.html"])
def test_a_phone_does_not_scroll_sideways(built: Built, visit: Callable[..., Tab], name: str) -> None:
    tab = visit(built.path.parent / name, viewport=PHONE)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def until(tab: Tab, key: str, condition: str, most: int = 80) -> None:
    """Presses a key until the condition on the focused element ``at`` holds."""
    for _ in range(most):
        if tab.page.evaluate(f"(() => {{ const at = document.activeElement; return {condition}; }})()"):
            return
        tab.page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches: {condition}")


def test_keyboard_alone(built: Built, visit: Callable[..., Tab]) -> None:
    tab = visit(built.path)
    keyboard = tab.page.keyboard
    keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.textContent") == "Skip to the report"
    keyboard.press("/")
    assert tab.page.evaluate("document.activeElement.name") == "q"
    keyboard.type("teacher")
    tab.page.wait_for_function("() => location.hash.includes('teacher')")
    assert 0 < tab.count() < 3000
    until(tab, "Tab", "at.id === 'csv'")
    with tab.page.expect_download() as begun:
        keyboard.press("Enter")
    assert begun.value.suggested_filename == "records_to_repair.csv"
    until(tab, "Tab", "at.className === 'open'")
    keyboard.press("Enter")
    assert tab.page.locator(".det").count() == 1
    assert tab.page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    keyboard.press("Enter")
    assert tab.page.locator(".det").count() == 0
    until(tab, "Shift+Tab", "at.id === 'clear'")
    keyboard.press("Enter")
    assert tab.count() == 3000


def test_keyboard_alone_in_the_student_view(built: Built, visit: Callable[..., Tab]) -> None:
    tab = visit(built.path.parent / "students.html")
    tab.page.keyboard.press("/")
    assert tab.page.evaluate("document.activeElement.name") == "q"
    until(tab, "Tab", "at.matches('#list a') && at.getAttribute('aria-current') === null")
    sid = tab.page.evaluate("document.activeElement.textContent")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_function("() => document.activeElement.id === 'h-student'")
    assert tab.page.inner_text("#h-student") == f"Student {sid}"


@pytest.mark.parametrize(
    "asked, condition",
    [
        ({}, "true"),
        ({"sev": "warning"}, "severity = 'warning'"),
        ({"rule": "IL-SCA-021", "state": "new"}, "rule_id = 'IL-SCA-021' and state = 'new'"),
        (
            {"school": "999984010260002", "table": "enrollment", "sort": "sid.d"},
            "coalesce(nullif(home_rcdts, ''), serving_rcdts) = '999984010260002' and table_name = 'enrollment'",
        ),
        ({"q": "9000 error-nothing"}, "false"),
        ({"value": ""}, "coalesce(value, '') = ''"),
    ],
)
def test_csv_is_the_query(built: Built, visit: Callable[..., Tab], asked: dict[str, str], condition: str) -> None:
    from urllib.parse import urlencode

    expected = built.query(
        "select rule_id, severity, table_name, exception_key, sid, home_rcdts, serving_rcdts, file_name, line_number, "
        f"column_name, value, expected, message, state, first_seen from exceptions where {condition}"
    )
    tab = visit(built.path, "#records?" + urlencode(asked))
    assert tab.count() == len(expected)
    if not expected:
        assert tab.page.is_disabled("#csv")
        return
    rows = list(csv.reader(io.StringIO(tab.download().lstrip("\ufeff"), newline="")))[1:]
    assert sorted(r[:15] for r in rows) == sorted([_text(v) for v in row] for row in expected)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def test_the_address_is_the_state_of_the_page(built: Built, visit: Callable[..., Tab]) -> None:
    tab = visit(built.path)
    tab.page.select_option("select[name=sev]", "error")
    tab.page.click("#table thead th[data-key=sid] button")
    tab.page.click("#next")
    tab.page.click("#table .open >> nth=2")
    address = tab.page.evaluate("location.hash")
    shown = tab.page.inner_text("#table tbody")
    other = visit(built.path, address)
    assert other.page.inner_text("#table tbody") == shown
    assert other.page.locator(".det").count() == 1
    assert other.page.inner_text("#page").startswith("Page 2 of")


def test_open_row_tells_all_other_problems_of_the_student(built: Built, visit: Callable[..., Tab]) -> None:
    ((sid, n, tables),) = built.query(
        "select sid, count(*), count(distinct table_name) from exceptions where sid <> '' group by sid "
        "having count(*) between 3 and 9 order by 3 desc, 2 desc, 1 limit 1"
    )
    assert tables > 1
    tab = visit(built.path, f"#records?sid={sid}")
    assert tab.count() == n
    tab.page.click("#table .open")
    others = tab.page.locator(".det ul li")
    assert others.count() == n  # the others, and the link to all
    tab.page.click("text=All rows of this student")
    tab.page.wait_for_selector("html[data-ready]", state="attached")
    assert tab.page.inner_text("#h-student") == f"Student {sid}"
    problems = tab.page.locator("#rows .problems li").count()
    assert problems == n


def test_student_view_marks_the_cells_that_findings_name(built: Built, visit: Callable[..., Tab]) -> None:
    sid, column, value = built.query(
        "select sid, column_name, value from exceptions where severity = 'error' and value <> '' "
        "and column_name not like '%;%' and sid in (select sid from student_rows) order by sid limit 1"
    )[0]
    tab = visit(built.path.parent / "students.html", f"#sid={sid}")
    marked = tab.page.locator("#rows td.marked.error b").all_inner_texts()
    assert value in marked
    heads = tab.page.locator("#rows thead th").all_inner_texts()
    assert column in [h.replace("\n", "") for h in heads]


@pytest.mark.parametrize("name, rows", [("index.html", "#table tbody tr"), ("students.html", "#list tbody tr")])
def test_without_scripts(built: Built, visit: Callable[..., Tab], name: str, rows: str) -> None:
    tab = visit(built.path.parent / name, java_script_enabled=False)
    assert tab.page.locator(rows).count() == 50
    assert "Scripts are off" in tab.page.inner_text("noscript")
    assert not tab.page.is_visible("#theme")
    if name == "index.html":
        assert tab.page.is_visible("#n-errors") and tab.page.is_visible("#first") and tab.page.is_visible(".rule")
        assert tab.page.locator("noscript a").get_attribute("href") == "../exceptions.csv"


def test_the_browser_without_which_nothing_is_tested_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import browser

    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        browser.chromium()
