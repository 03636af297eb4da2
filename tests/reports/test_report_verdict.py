"""The verdict has four states, and is never "ready" because something is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Built
from faults import FAULTS
from sample import Sample

ERRORS = tuple(f for f in FAULTS if f.severity == "error")
WARNINGS = tuple(f for f in FAULTS if f.severity != "error")
INFOS = tuple(f for f in FAULTS if f.severity == "info")


@pytest.mark.parametrize(
    "sample, title",
    [
        (Sample(findings=40, faults=ERRORS), "Not ready to submit"),
        (Sample(findings=1, faults=ERRORS), "Not ready to submit"),
        (Sample(findings=40, faults=WARNINGS), "Ready, with warnings"),
        (Sample(findings=40, faults=INFOS), "Ready to submit"),
        (Sample(findings=0), "Ready to submit"),
        (Sample(findings=0, spoil="unreadable"), "Could not judge"),
        (Sample(findings=0, spoil="unbalanced"), "Could not judge"),
        (Sample(findings=0, spoil="rule_error"), "Could not judge"),
        (Sample(findings=0, spoil="empty"), "Could not judge"),
        (Sample(findings=0, verdict="could_not_judge"), "Could not judge"),
        (Sample(findings=40, spoil="unreadable"), "Could not judge"),
    ],
)
def test_verdict(build: Callable[..., Built], sample: Sample, title: str) -> None:
    assert build(sample).page.by_id("h-summary").text == title


@pytest.mark.parametrize(
    "spoil, reason",
    [
        ("unreadable", "File broken.csv could not be read."),
        ("unbalanced", "File 99998401026_11302018_001.csv: not every line is accounted for."),
        ("rule_error", "Rule IL-ENR-050 failed to run."),
        ("empty", "No record was read."),
    ],
)
def test_doubt_is_explained(build: Callable[..., Built], spoil: str, reason: str) -> None:
    page = build(Sample(findings=0, spoil=spoil)).page
    assert [li.text for li in page.all("div", "verdict")[0].all("li")] == [reason]


def test_errors_are_told_although_there_is_no_verdict(build: Callable[..., Built]) -> None:
    built = build(Sample(findings=200, spoil="unreadable"))
    assert "the state would reject at least" in built.page.all("div", "verdict")[0].text
    assert built.page.number("n-errors") == built.one("select count(*) from exceptions where severity = 'error'")
    assert built.page.table("t-files")[0][0] == "broken.csv"
    assert built.page.table("t-files")[0][8] == "could not be read"


def test_lines_that_do_not_add_up_are_counted(build: Callable[..., Built]) -> None:
    row = build(Sample(findings=0, spoil="unbalanced")).page.table("t-files")[0]
    assert row[0] == "99998401026_11302018_001.csv"
    assert row[8] == "no: 3 lines missing"


def test_ready_says_which_rules_were_not_run(build: Callable[..., Built]) -> None:
    text = build(Sample(findings=0)).page.all("div", "verdict")[0].text
    assert "No error and no warning" in text
    assert "3 rules were not run, and may find more" in text


def test_no_findings(build: Callable[..., Built]) -> None:
    page = build(Sample(findings=0)).page
    assert page.by_id("records").text == "Records There are no findings."
    for section in ("first", "schools", "rules", "table"):
        assert not page.has(section)
    assert page.number("n-errors") == page.number("n-warnings") == page.number("n-students") == 0


def test_empty_run(build: Callable[..., Built]) -> None:
    page = build(Sample(spoil="empty")).page
    assert page.number("n-records") == page.number("n-passed") == 0
    assert "No file was read." in page.by_id("checked").text


def test_only_warnings_are_what_to_look_at_first(build: Callable[..., Built]) -> None:
    page = build(Sample(findings=60, faults=WARNINGS)).page
    assert page.by_id("h-schools").text == "Warnings by school and table"
    assert "of the warnings" in page.by_id("first").text
