"""Which statement of the source document is checked by which rule, and why the others are not.

``statements.csv`` of a rulebook has a line for each statement of its document: ``line`` (of the document's text, blank
lines not counted), ``section``, ``starts`` (its first words) and ``rules`` (the ids that stand for it).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from audit.rulebook import PLAUSIBILITY, NotRaised, Rulebook
from audit.rulebook_load import package_folder

#: First word of the reason of a rule that can't be executed -> why the statements behind it are excused.
EXCUSES = {
    "process": "process",
    "metric": "metric",
    "scoping": "scoping",
    "guard": "guard",
    "member": "list member",
    "condition": "condition",
}
KINDS = (*EXCUSES.values(), "retired")

#: Columns of ``table``: what is counted of each section.
COUNTED = ("section", "statements", "checked", "elsewhere", *KINDS, "missing", "rules", "silent", "cases")


@dataclass(frozen=True)
class Statement:
    """A statement of the source document; ``rules``: ids that stand for it."""

    line: int
    section: str
    starts: str
    rules: tuple[str, ...]


@cache
def statements_of(name: str) -> tuple[Statement, ...]:
    """The statements of a rulebook's document, in its order; none where the rulebook lists none."""
    file = package_folder(name) / "statements.csv"
    if not file.is_file():
        return ()
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return tuple(Statement(int(r["line"]), r["section"], r["starts"], tuple(r["rules"].split(";"))) for r in rows)


def statements(book: Rulebook) -> tuple[Statement, ...]:
    return statements_of(book.name)


@cache
def _count_cases(name: str) -> Mapping[str, int]:
    ending = ".cases.yaml"
    return {
        file.name.removesuffix(ending): len(re.findall(r"^- ", file.read_text("utf-8"), re.MULTILINE))
        for folder in package_folder(name).iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(ending)
    }


def cases(book: Rulebook, rule_id: str) -> int:
    """How many cases stand beside the rule."""
    found = _count_cases(book.name)
    return found.get(rule_id, found.get(re.sub("^[A-Z]+-", "", rule_id, count=1), 0))


def by_rule(book: Rulebook) -> dict[str, list[Statement]]:
    """Rule id -> the statements that it stands for."""
    found: dict[str, list[Statement]] = {}
    for statement in statements(book):
        for rule in statement.rules:
            found.setdefault(rule, []).append(statement)
    return found


def excuse(silent: NotRaised) -> str:
    """Why nothing is written for the rule: one of ``KINDS``; empty where another rule speaks for it."""
    if silent.status == "not_executable":
        return EXCUSES.get(silent.reason.split()[0].rstrip(":"), "")
    return "retired" if silent.status == "retired" else ""


def standing(statement: Statement, book: Rulebook) -> str:
    """``checked``, ``elsewhere`` (under another rule's id), one of ``KINDS``, or ``missing``: nothing speaks."""
    if any(rule in book.rules for rule in statement.rules):
        return "checked"
    silent = [book.not_raised[rule] for rule in statement.rules if rule in book.not_raised]
    if any(s.status == "reported_elsewhere" for s in silent):
        return "elsewhere"
    return next((excuse(s) for s in silent if excuse(s)), "missing")


def table(books: Iterable[Rulebook]) -> list[tuple[str | int, ...]]:
    """One row of ``COUNTED`` for each section, in the order of the documents, and the sums."""
    rows = [row for book in books for row in _sections(book)]
    sums = [sum(int(row[place]) for row in rows) for place in range(1, len(COUNTED))]
    return [*rows, ("all", *sums)]


def _sections(book: Rulebook) -> list[tuple[str | int, ...]]:
    claimed = by_rule(book)
    section = {rule: found[-1].section for rule, found in claimed.items()}  # the change history comes first
    section |= {rule.id: rule.section for rule in book.rules.values()}
    names = dict.fromkeys([*(s.section for s in statements(book)), *(section[r] for r in sorted(book.rules))])
    return [_counts(name, book, section) for name in names]


def _counts(name: str, book: Rulebook, section: Mapping[str, str]) -> tuple[str | int, ...]:
    found = [standing(s, book) for s in statements(book) if s.section == name]
    raised = [rule for rule in book.rules if section[rule] == name]
    silent = [rule for rule in book.not_raised if section.get(rule) == name]
    stood = [found.count(kind) for kind in ("checked", "elsewhere", *KINDS, "missing")]
    return (name, len(found), *stood, len(raised), len(silent), sum(cases(book, rule) for rule in raised))


def lacking(book: Rulebook) -> list[str]:
    """What is wrong, in words: rules that are not written, statements and rules that stand alone."""
    claimed, written = by_rule(book), {**book.rules, **book.not_raised}
    out = [f"{rule}: not written (line {found[0].line})" for rule, found in claimed.items() if rule not in written]
    out += [f"line {s.line}: neither checked nor excused" for s in statements(book) if standing(s, book) == "missing"]
    own = [
        rule
        for rule in written
        if not rule.startswith(PLAUSIBILITY) and not (rule in book.rules and book.rules[rule].user)
    ]
    return out + [f"{rule}: no statement asks for it" for rule in own if rule not in claimed]
