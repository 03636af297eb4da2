"""Every rule gives what its cases expect."""

import pytest

from audit.rulebook import Rulebook
from tests.rules.harness import Bench, Case, cases, judge

ALL = cases("checks.illinois")


@pytest.mark.parametrize("case", ALL, ids=lambda c: f"{c.rule_id}: {c.name}")
def test_case(bench: Bench, illinois: Rulebook, case: Case) -> None:
    wrong = judge(bench, illinois.rules[case.rule_id], case)
    assert not wrong, wrong


def test_every_rule_has_a_case_that_passes_and_one_that_fails(illinois: Rulebook) -> None:
    for rule_id, rule in illinois.rules.items():
        own = [c for c in ALL if c.rule_id == rule_id]
        assert any(not c.finds for c in own), f"{rule_id} has no case without a finding"
        assert any(c.finds for c in own), f"{rule_id} has no case with a finding"
        assert len(own) >= 3, f"{rule_id}: a case with null or a missing record is missing ({rule.origin})"
