"""Every other kind of page in a real browser: accessible in each look, silent, and not wider than a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from browser import PHONE, Tab

import fixtures
from audit import run
from audit.progress import Silent
from audit.settings import Options
from tests.history import nights


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Kind of page -> file: of the demo district, and of two nights of an invented state."""
    folder = tmp_path_factory.mktemp("pages")
    fixtures.write_demo(folder / "demo")
    run.check(Options(folder / "demo", out=folder / "district"), Silent())
    for night in range(2):
        extract = nights.write(folder / f"in{night}", {"IL-ENR-010": nights.sids()[night : 9 + night]})
        more = {"workspace": folder / "space", "by_district": True}
        nights.check(extract, folder / "state", night, as_of=dt.date(2018, 11, 30 - 1 + night), **more)
    district = nights.district(nights.sids()[0])
    return {
        "report": folder / "district" / "report" / "index.html",
        "students": folder / "district" / "report" / "students.html",
        "catalogue": folder / "district" / "report" / "rules" / "index.html",
        "rule": folder / "district" / "report" / "rules" / "IL-ENR-009.html",
        "metric": folder / "district" / "metrics" / "algebra1.html",
        "state": folder / "state" / "report" / "index.html",
        "district of a state": folder / "state" / "report" / district / "report.html",
    }


KINDS = ("catalogue", "rule", "metric", "state", "district of a state")


@pytest.mark.parametrize("kind", KINDS)
def test_accessible_silent_and_fitting(results: dict[str, Path], visit: Callable[..., Tab], kind: str) -> None:
    tab = visit(results[kind], ready=False)
    tab.page.wait_for_timeout(300)
    tab.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    faults = {"light": tab.faults()}
    tab.page.emulate_media(color_scheme="dark")
    tab.page.reload()
    tab.page.wait_for_timeout(300)
    faults["dark"] = tab.faults()
    tab.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    faults["phone"] = tab.faults()
    wide = tab.page.evaluate("document.documentElement.scrollWidth")
    tab.page.emulate_media(media="print")
    faults["print"] = tab.faults()
    assert {look: found for look, found in faults.items() if found} == {}
    assert wide <= PHONE["width"]
    assert tab.complaints == []
    assert set(tab.requests) == {results[kind].as_uri()}


@pytest.mark.parametrize("kind", ["report", "students", "state", "district of a state"])
def test_few_nodes(results: dict[str, Path], visit: Callable[..., Tab], kind: str) -> None:
    tab = visit(results[kind])
    assert tab.page.evaluate("document.querySelectorAll('*').length") < 5_000
