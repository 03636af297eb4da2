"""A page in a real browser sends nothing, runs nothing but its own script, and shows what it was given as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from browser import Tab
from conftest import Built
from sample import Sample
from test_report_privacy import HOSTILE

RIGHT_TO_LEFT = "\u202etxt.exe\u202c\u200f"
LONG = "x y" * 3_500
ODD = [*HOSTILE, RIGHT_TO_LEFT, LONG, "@sum(1)", "+1+1", "-2+3", "\tcmd", "-0.5"]

PAGES = pytest.mark.parametrize("name", ["index.html", "students.html"])


@PAGES
def test_the_policy_refuses_script_image_and_fetch(built: Built, visit: Callable[..., Tab], name: str) -> None:
    tab = visit(built.path.parent / name)
    refused = tab.page.evaluate(
        """async () => {
        const refused = [];
        addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "window.injected = 1";
        document.head.append(script);
        const image = new Image();
        image.src = "https://example.com/x.png";
        document.body.append(image);
        const link = document.createElement("a");
        link.setAttribute("onclick", "window.injected = 2");
        document.body.append(link);
        link.click();
        document.body.setAttribute("style", "color: red");
        await fetch("https://example.com/").catch(() => {});
        navigator.sendBeacon("https://example.com/", "x");
        await new Promise((done) => setTimeout(done, 300));
        return [refused, window.injected ?? null];
    }"""
    )
    assert refused[1] is None
    assert {"script-src-elem", "script-src-attr", "img-src", "connect-src", "style-src-attr"} <= set(refused[0])
    assert not [u for u in tab.requests if "example.com" in u]


@PAGES
def test_nothing_is_asked_for_and_nothing_complained_about(built: Built, visit: Callable[..., Tab], name: str) -> None:
    tab = visit(built.path.parent / name)
    tab.search("9")
    assert tab.requests == [(built.path.parent / name).as_uri()]
    assert tab.complaints == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Built:
    from conftest import make

    fields = ("value", "sid", "home_rcdts", "file_name", "column_name", "message", "expected", "table_name", "rule_id")
    findings = [dict.fromkeys(fields, text) | {"line_number": 7} for text in ODD]
    return make(tmp_path_factory.mktemp("hostile"), Sample(findings=20, extra=findings), title=RIGHT_TO_LEFT)


def row_of(tab: Tab, text: str) -> int:
    """Place of the row of a hostile finding, shown alone by its value."""
    return int(
        tab.page.evaluate(
            """text => {
            location.hash = "#records?" + new URLSearchParams({ value: text });
            return new Promise(done => setTimeout(() => done(document.querySelectorAll("#table tbody tr").length), 50));
        }""",
            text,
        )
    )


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_hostile_values_are_text_in_rows_and_details(hostile: Built, visit: Callable[..., Tab], text: str) -> None:
    tab = visit(hostile.path)
    dialogs: list[str] = []
    tab.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    assert row_of(tab, text) == 1
    tab.page.click("#table .open")
    assert text in tab.page.evaluate("[...document.querySelectorAll('.det .found')].map(n => n.textContent).join(';')")
    assert text in tab.page.evaluate("document.querySelector('.det').textContent")
    assert (
        tab.page.evaluate("document.querySelectorAll('#records img, #records script, #records svg[onload]').length")
        == 0
    )
    shown = tab.page.locator("#table tbody td .v").first
    assert shown.evaluate("n => getComputedStyle(n).unicodeBidi") in ("isolate", "isolate-override", "plaintext")
    assert shown.bounding_box()["height"] < 200  # type: ignore[index]
    assert dialogs == [] and tab.complaints == []


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_hostile_values_are_text_in_the_student_view(hostile: Built, visit: Callable[..., Tab], text: str) -> None:
    tab = visit(hostile.path.parent / "students.html")
    tab.page.evaluate("sid => { location.hash = new URLSearchParams({ sid }); }", text)
    tab.page.wait_for_function(
        "text => document.getElementById('h-student').textContent === 'Student ' + text", arg=text
    )
    assert tab.page.evaluate("document.querySelectorAll('#student img, #student script').length") == 0
    parts = tab.page.evaluate("[...document.querySelectorAll('#rows .marked b')].map(n => n.textContent)")
    assert parts and set(parts) <= {text, *text.split(";"), "empty"}
    assert tab.complaints == []


def test_no_value_starts_a_formula_in_the_csv(hostile: Built, visit: Callable[..., Tab]) -> None:
    tab = visit(hostile.path)
    rows = list(csv.DictReader(io.StringIO(tab.download().lstrip("\ufeff"), newline="")))
    found = {r["value"] for r in rows}
    for text in ODD:
        safe = "'" + text if text[0] in "=+-@\t" and text != "-0.5" else text
        assert safe in found
    for row in rows:
        for value in row.values():
            safe = not value or value == "-0.5" or value[0] not in "=+-@\t\r"
            assert safe, value[:40]
