"""Large reports in a real browser: small files, soon ready, quick to search, few nodes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from browser import Tab
from conftest import Built
from sample import Sample

import reports

MOST_BYTES, MOST_NODES = 1_500_000, 5_000
READY_MS, SEARCH_MS = 2_000, 500


def ready(tab: Tab, path: Path) -> float:
    """Milliseconds from the call of the page until its script is done."""
    tab.open(path)
    return float(tab.page.evaluate("performance.now()"))


def nodes(tab: Tab) -> int:
    return int(tab.page.evaluate("document.querySelectorAll('*').length"))


def test_hundred_thousand_findings(build: Callable[..., Built], visit: Callable[..., Tab]) -> None:
    built = build(Sample(findings=100_000, history=True))
    assert built.path.stat().st_size < MOST_BYTES
    assert (built.path.parent / "students.html").stat().st_size < MOST_BYTES
    tab = visit(built.path)
    assert tab.count() == 100_000
    # the best of three: what else runs on the machine is no fault of the page's
    assert min(ready(tab, built.path) for _ in range(3)) < READY_MS
    assert min(tab.search(word) for word in ("teacher", "900004", "exit prairie")) < SEARCH_MS
    assert 0 < tab.count() < 100_000
    tab.page.select_option("#size", "100")
    assert nodes(tab) < MOST_NODES
    students = built.path.parent / "students.html"
    assert min(ready(tab, students) for _ in range(3)) < READY_MS
    assert nodes(tab) < MOST_NODES


@pytest.fixture(scope="module")
def largest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More findings than a page holds: 25,000 of a sample, 11 times, warnings and errors mixed."""
    folder = tmp_path_factory.mktemp("largest")
    database = Sample(findings=25_000).write(folder / "audit.duckdb")
    with duckdb.connect(str(database)) as con:
        con.execute(
            "insert into exceptions select e.* replace (line_number + 100000 * copy as line_number, "
            "md5(fingerprint || copy) as fingerprint) from exceptions e, range(1, 11) copies(copy)"
        )
    return reports.build(database, folder / "report")


def test_more_findings_than_a_page_holds(largest: Path, visit: Callable[..., Tab]) -> None:
    tab = visit(largest)
    assert tab.count() == 250_000
    told = tab.page.inner_text("#records .strip")
    assert "first 250,000 of 275,000 findings, errors first" in told
    assert (largest.parent / str(tab.page.get_attribute("#records .strip a", "href"))).resolve() == (
        largest.parents[1] / "exceptions.csv"
    )
    assert tab.search("teacher") < 10 * SEARCH_MS
    assert 0 < tab.count() < 250_000
    # what is left out are the lightest
    tab.page.select_option("select[name=sev]", "error")
    with duckdb.connect(str(largest.parents[1] / "audit.duckdb"), read_only=True) as con:
        (errors,) = con.execute("select count(*) from exceptions where severity = 'error'").fetchone() or (0,)
    tab.search("")
    assert tab.count() == min(errors, 250_000)
