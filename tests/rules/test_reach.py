"""A rule that is said to judge a student by that student's records alone depends on no record of another.

``audit.changed`` relies on it. Held against the cases of the rules: with all records of the other students taken out,
the verdicts on one student must be what they were.
"""

from __future__ import annotations

from typing import Any

import pytest

from audit.generated import all_rules
from audit.rulebook import Rule, Rulebook
from tests.rules import factory
from tests.rules.harness import Benches, Case, all_cases, book


def students_of(case: Case) -> list[str]:
    """In the order in which the case names them, those of judged rows first."""
    rulebook, found = book(case.book), dict[str, None]()
    judged = [part.table for part in rulebook.rules[case.rule_id].parts]
    for name in sorted(case.tables, key=lambda t: t not in judged):
        column = rulebook.tables[name.removeprefix("prev.")].student
        if column:
            rows = factory.typed_rows(rulebook, name.removeprefix("prev."), case.tables[name])
            found |= dict.fromkeys(row[column] for row in rows if row[column] is not None)
    return list(found)


def alone(case: Case, student: str) -> dict[str, list[dict[str, Any]]]:
    """The tables of a case without the records of all other students."""
    rulebook, kept = book(case.book), {}
    for name, rows in case.tables.items():
        table = name.removeprefix("prev.")
        column = rulebook.tables[table].student
        typed = factory.typed_rows(rulebook, table, rows) if column else [{} for _ in rows]
        kept[name] = [r for r, t in zip(rows, typed, strict=True) if t.get(column) in (None, student)]
    return kept


def local(rulebook: Rulebook, rule: Rule) -> bool:
    if not all(rulebook.tables[part.table].student for part in rule.parts):
        return False
    return rule.sql is not None and rule.reach == "student" and not any(t.startswith("prev.") for t, _ in rule.reads)


CASES = [
    c for c in all_cases() if c.rule_id in book(c.book).rules and local(book(c.book), book(c.book).rules[c.rule_id])
]


def verdicts(found: list[dict[str, Any]], columns: set[str], student: str) -> list[str]:
    return sorted(repr(row) for row in found if student in {row[c] for c in columns & row.keys()})


def of_one(found: list[dict[str, Any]], columns: set[str]) -> str | None:
    return next((row[c] for row in found for c in columns & row.keys() if row[c] is not None), None)


@pytest.mark.parametrize("group", range(10))
def test_the_records_of_others_do_not_count(group: int, benches: Benches) -> None:
    wrong, compared = [], 0
    for case in CASES[group::10]:
        students = students_of(case)
        if len(students) < 2:
            continue
        rulebook, bench = book(case.book), benches[case.book]
        rule = rulebook.rules[case.rule_id]
        columns = {rulebook.tables[part.table].student for part in rule.parts}
        bench.fill(case.tables)
        _, found = bench.run(rule)
        student = of_one(found, columns) or students[0]
        bench.fill(alone(case, student))
        _, again = bench.run(rule)
        compared += 1
        if verdicts(found, columns, student) != verdicts(again, columns, student):
            wrong.append(f"{rule.id}: {case.name}")
    assert compared > 20
    assert not wrong, "reach: all is missing from the header"


def test_what_looks_at_other_students_says_so() -> None:
    reaching = {r.id for name in ("illinois", "alabama") for r in all_rules(book(name)).values() if r.reach == "all"}
    assert {"IL-MSID-002", "IL-PXREF-005", "SA-SID-001", "SA-SID-002", "AL-SP-018"} <= reaching
    # a caregiver may be a student of another row
    assert "IL-CARE-005" in reaching
