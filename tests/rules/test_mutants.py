"""The cases of a rule notice small faults planted in it."""

import pytest

from audit.rows import UNDETERMINED
from audit.rulebook import Rule, Rulebook
from tests.rules import mutants
from tests.rules.harness import Bench, Benches, Case, all_cases

OWN: dict[str, list[Case]] = {}
for _case in all_cases():
    OWN.setdefault(_case.rule_id, []).append(_case)

#: Faults that change nothing: (rule, part of the fault's name) -> why.
EQUIVALENT = {
    ("SA-GRADE-001", ">= in: _level = '12' and age_in_fall"): "an age that is the usual one is within two years of it",
    ("IL-ENR-039", "is_current"): "every case's current year is one of the rule's years",
    ("IL-ENR-039", "school_year >= 2019"): "every case's current year is one of the rule's years",
}


def can_be_undetermined(full_bench: Bench, rule: Rule) -> bool:
    """Some case says so, or the rule says so of the cases' rows with empty cells."""
    if any(case.undetermined for case in OWN[rule.id]):
        return True
    return any(state == UNDETERMINED for part in rule.parts for _, state in mutants.answer(full_bench, part))


@pytest.mark.parametrize("rule_id", OWN)
def test_cases_notice_faults(benches: Benches, full_benches: Benches, rule_id: str) -> None:
    name = OWN[rule_id][0].book
    rule = benches[name].rulebook.rules[rule_id]
    left = mutants.survivors(benches[name], rule, OWN[rule_id], can_be_undetermined(full_benches[name], rule))
    allowed = [text for owner, text in EQUIVALENT if owner == rule_id]
    assert [name for name in left if not any(text in name for text in allowed)] == []
    assert [text for text in allowed if not any(text in name for name in left)] == [], (
        "is noticed: drop it from the table"
    )


def test_faults_planted_in_a_query(illinois: Rulebook, bench: Bench) -> None:
    names = mutants.survivors(bench, illinois.rules["IL-DEMO-021"], [], nulls=True)
    assert set(mutants.VERDICTS) <= set(names)
    assert {"condition dropped", "without the condition active", "without the condition NOT in_evaluation"} <= set(
        names
    )
    assert [n for n in names if n.startswith("<= in: ") and "access_level < 4.8" in n]
    assert [n for n in names if n.startswith("= in: ") and "el_indicator <> " in n]


def test_faults_planted_in_an_expression(illinois: Rulebook, bench: Bench) -> None:
    names = mutants.survivors(bench, illinois.rules["IL-ENR-010"], [], nulls=False)
    assert not set(mutants.NULLS) & set(names)
    assert {"Both for Right, comparison 1", "None for Right, comparison 2"} <= set(names)
    other = mutants.survivors(bench, illinois.rules["IL-DEMO-017"], [], nulls=False)
    assert {"condition: left side alone", "condition: NotEq for Eq, comparison 1", "Eq for NotEq, comparison 2"} <= set(
        other
    )


def test_a_fault_that_one_case_shows_is_noticed(illinois: Rulebook, bench: Bench) -> None:
    rule = illinois.rules["IL-DEMO-018"]
    failing = [case for case in OWN[rule.id] if case.finds]
    left = mutants.survivors(bench, rule, failing, nulls=False)
    assert "always true" not in left and "always false" in left
