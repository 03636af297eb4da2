"""The cases of a rule notice small faults planted in it."""

import pytest

from audit.rows import UNDETERMINED
from audit.rulebook import Rule, Rulebook
from tests.rules import mutants
from tests.rules.harness import Bench, Case, cases

ALL = cases("checks.illinois")
OWN: dict[str, list[Case]] = {}
for _case in ALL:
    OWN.setdefault(_case.rule_id, []).append(_case)

#: Faults that change nothing: (rule, part of the fault's name) -> why.
EQUIVALENT: dict[tuple[str, str], str] = {}


def can_be_undetermined(full_bench: Bench, rule: Rule) -> bool:
    """Some case says so, or the rule says so of the cases' rows with empty cells."""
    if any(case.undetermined for case in OWN[rule.id]):
        return True
    return any(state == UNDETERMINED for part in rule.parts for _, state in mutants.answer(full_bench, part))


@pytest.mark.parametrize("rule_id", OWN)
def test_cases_notice_faults(illinois: Rulebook, bench: Bench, full_bench: Bench, rule_id: str) -> None:
    rule = illinois.rules[rule_id]
    left = mutants.survivors(bench, rule, OWN[rule_id], can_be_undetermined(full_bench, rule))
    allowed = [text for owner, text in EQUIVALENT if owner == rule_id]
    assert [name for name in left if not any(text in name for text in allowed)] == []
    assert [text for text in allowed if not any(text in name for name in left)] == [], (
        "is noticed: drop it from the table"
    )
