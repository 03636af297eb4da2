"""The claim list of the source document: which statement is checked by which rule, which is excused and why."""

import re
from dataclasses import replace

import pytest
import yaml

from audit import coverage
from audit.coverage import Statement
from audit.rulebook import NotRaised, Rulebook
from audit.rulebook_load import package_folder

#: Rulebook -> statements of its document (Illinois: that of 30 November 2018), prefix of its ids.
STATEMENTS = {"illinois": (502, "IL"), "alabama": (19, "AL")}


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_list_is_whole(name: str) -> None:
    number, prefix = STATEMENTS[name]
    found = coverage.statements_of(name)
    assert len(found) == number
    lines = [s.line for s in found]
    assert lines == sorted(set(lines))
    assert [s.line for s in found if not (s.section and s.starts and s.rules)] == []
    assert [r for s in found for r in s.rules if not re.fullmatch(rf"{prefix}-[A-Z0-9]+-\d{{3}}", r)] == []


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_list_quotes_no_more_than_first_words(name: str) -> None:
    assert [s.line for s in coverage.statements_of(name) if len(s.starts.split()) > 7] == []


def test_every_statement_is_checked_or_excused_and_every_rule_is_asked_for(rulebook: Rulebook) -> None:
    assert coverage.lacking(rulebook) == []


def test_excuses_have_a_reason(rulebook: Rulebook) -> None:
    excused = [s for s in coverage.statements(rulebook) if coverage.standing(s, rulebook) in coverage.KINDS]
    assert excused
    for statement in excused:
        silent = [rulebook.not_raised[rule] for rule in statement.rules]
        assert all(len(r.reason.split()) > 2 for r in silent), statement


def test_a_rule_names_a_section_that_asks_for_it(rulebook: Rulebook) -> None:
    claimed = coverage.by_rule(rulebook)
    wrong = {
        rule.id: rule.section
        for rule in rulebook.rules.values()
        if rule.section not in {s.section for s in claimed.get(rule.id, [])} and not rule.id.startswith("SA-")
    }
    assert not wrong


def test_excuses_are_of_a_known_kind(rulebook: Rulebook) -> None:
    silent = [r for r in rulebook.not_raised.values() if r.status != "reported_elsewhere"]
    assert [r for r in silent if coverage.excuse(r) not in coverage.KINDS] == []


def test_cases_are_counted(rulebook: Rulebook) -> None:
    for rule_id in rulebook.rules:
        name = rule_id.removeprefix(f"{rulebook.prefix}-")
        folders = package_folder(rulebook.name).iterdir()
        (file,) = (f for f in (d / f"{name}.cases.yaml" for d in folders) if f.is_file())
        assert coverage.cases(rulebook, rule_id) == len(yaml.safe_load(file.read_text("utf-8"))), rule_id


# ---------------------------------------------------------------------------------------------------------------------
# The count itself


def silent(rule_id: str, status: str, reason: str) -> NotRaised:
    return NotRaised(rule_id, "a title", status, reason)  # type: ignore[arg-type]


LISTED = (
    Statement(1, "History", "a", ("IL-ENR-010",)),
    Statement(2, "Enrollment", "b", ("IL-ENR-010", "IL-X-001")),
    Statement(3, "Enrollment", "c", ("IL-X-001",)),
    Statement(4, "Enrollment", "d", ("IL-X-002",)),
    Statement(5, "Enrollment", "e", ("IL-X-003", "IL-X-004")),
    Statement(6, "Enrollment", "f", ("IL-X-005",)),
)
SILENT = (
    silent("IL-X-001", "reported_elsewhere", "IL-ENR-010"),
    silent("IL-X-002", "not_executable", "process: a letter to the family"),
    silent("IL-X-003", "retired", "removed in 2018"),
    silent("IL-X-004", "not_executable", "member of the list of IL-ENR-010"),
)


@pytest.fixture
def book(illinois: Rulebook, monkeypatch: pytest.MonkeyPatch) -> Rulebook:
    """One rule that raises, four that do not, six statements."""
    monkeypatch.setattr(coverage, "statements", lambda book: LISTED)
    rules = {"IL-ENR-010": illinois.rules["IL-ENR-010"]}
    return replace(illinois, rules=rules, not_raised={r.id: r for r in SILENT})


def test_where_a_statement_stands(book: Rulebook) -> None:
    found = [coverage.standing(s, book) for s in LISTED]
    assert found == ["checked", "checked", "elsewhere", "process", "retired", "missing"]


def test_sums_by_section(book: Rulebook) -> None:
    history, enrollment, everything = (dict(zip(coverage.COUNTED, row, strict=True)) for row in coverage.table([book]))
    assert (history["section"], history["statements"], history["checked"], history["rules"]) == ("History", 1, 1, 0)
    told = {k: v for k, v in enrollment.items() if v}
    assert told == {
        "section": "Enrollment",
        "statements": 5,
        "checked": 1,
        "elsewhere": 1,
        "process": 1,
        "retired": 1,
        "missing": 1,
        "rules": 1,
        "silent": 4,
        "cases": coverage.cases(book, "IL-ENR-010"),
    }
    assert (everything["section"], everything["statements"], everything["missing"]) == ("all", 6, 1)


def test_what_is_lacking_is_named(book: Rulebook) -> None:
    own = replace(book.rules["IL-ENR-010"], id="IL-ENR-011")
    more = replace(book, rules=dict(book.rules) | {"IL-ENR-011": own, "SA-001": own, "MY-001": replace(own, user=True)})
    assert coverage.lacking(more) == [
        "IL-X-005: not written (line 6)",
        "line 6: neither checked nor excused",
        "IL-ENR-011: no statement asks for it",
    ]
