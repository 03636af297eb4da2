"""Every rule gives what its cases expect."""

import pytest

from audit.rulebook import Rulebook
from tests.rules.harness import Benches, Case, all_cases, cases, judge


@pytest.mark.parametrize("case", all_cases(), ids=lambda c: f"{c.rule_id}: {c.name}")
def test_case(benches: Benches, case: Case) -> None:
    bench = benches[case.book]
    wrong = judge(bench, bench.rulebook.rules[case.rule_id], case)
    assert not wrong, wrong


def test_every_rule_has_a_case_that_passes_and_one_that_fails(rulebook: Rulebook) -> None:
    for rule_id, rule in rulebook.rules.items():
        own = [c for c in cases(rulebook.name) if c.rule_id == rule_id]
        assert any(not c.finds for c in own), f"{rule_id} has no case without a finding"
        assert any(c.finds for c in own), f"{rule_id} has no case with a finding"
        assert len(own) >= 3, f"{rule_id}: a case with null or a missing record is missing ({rule.origin})"
