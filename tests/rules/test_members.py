"""Statements that only name a member of a list: each is on the list that the rule of the whole list judges by."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from audit.rulebook import Rulebook
from tests.rules.harness import Bench

#: One line for each member: its statement's rule, the rule of the whole list, the code list, the code.
MEMBERS = list(csv.DictReader(Path(__file__).with_name("members.csv").read_text("utf-8").splitlines()))

#: Rule of a list -> judged table, column, list of all codes that the column may hold, rows of other tables.
JUDGED: Mapping[str, tuple[str, str, str, dict[str, Any]]] = {
    "IL-EXIT-019": ("exit_enrollment", "exit_type_code", "exit_type_code", {"entry_grade_level": "00"}),
    "IL-DISC-010": ("discipline", "incident_type_code", "incident_type_code", {"entry_grade_level": "14"}),
    "IL-DISC-018": ("discipline", "discipline_action_code", "discipline_action_code", {"entry_grade_level": "00"}),
}


def members(listed_by: str) -> set[str]:
    return {m["member"] for m in MEMBERS if m["listed_by"] == listed_by}


def test_every_member_that_a_rulebook_names_is_in_the_table(rulebook: Rulebook) -> None:
    named = {
        silent.id: silent.reason.rsplit(" ", 1)[-1]
        for silent in rulebook.not_raised.values()
        if silent.reason.startswith("member of the list of ")
    }
    assert named == {m["rule_id"]: m["listed_by"] for m in MEMBERS if m["rule_id"].startswith(rulebook.prefix)}


@pytest.mark.parametrize("name", sorted({m["code_list"] for m in MEMBERS}))
def test_a_code_list_holds_its_members_and_no_other(illinois: Rulebook, name: str) -> None:
    codes = illinois.codes[name].canonical
    listed = {m["member"] for m in MEMBERS if m["code_list"] == name}
    assert listed <= set(codes)
    assert {codes[member] for member in listed} == set(codes.values())


@pytest.mark.parametrize("rule_id", JUDGED)
def test_the_rule_of_a_list_accepts_its_members_and_no_other(illinois: Rulebook, bench: Bench, rule_id: str) -> None:
    table, column, every, enrollment = JUDGED[rule_id]
    codes = sorted(set(illinois.codes[every].canonical.values()) | {"77"})
    assert members(rule_id) < set(codes)
    rows = [{"sid": f"s{n}", column: code} for n, code in enumerate(codes)]
    bench.fill({table: rows, "enrollment": [{"sid": row["sid"], **enrollment} for row in rows]})
    outcome, found = bench.run(illinois.rules[rule_id])
    assert outcome.population == len(codes)
    assert {row[column] for row in found} == set(codes) - members(rule_id)


def test_every_list_is_judged_by_a_rule_or_counted_by_a_metric(illinois: Rulebook) -> None:
    for listed_by in {m["listed_by"] for m in MEMBERS}:
        silent = illinois.not_raised.get(listed_by)
        assert listed_by in JUDGED or (silent and re.match("metric:", silent.reason)), listed_by
