"""Every definition says of every hand-worked student what a person says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from audit import rulebook_load
from audit.rulebook import Definition
from tests.metrics import cohorts
from tests.rules import factory

BOOK = rulebook_load.load("illinois")
DEFINITIONS = {f"{d.metric}-{d.year}": d for d in BOOK.metrics}


@pytest.fixture(scope="module", params=DEFINITIONS.values(), ids=DEFINITIONS)
def answered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    definition: Definition = request.param
    cases = cohorts.read(definition)
    engine = cohorts.measured(BOOK, definition, cases, tmp_path_factory.mktemp("spill"))
    yield definition, cases, engine
    engine.close()


def test_each_student_is_judged_as_by_hand(answered: Any) -> None:
    _, cases, engine = answered
    columns = "sid, in_denominator, in_numerator, undetermined, responsible_rcdts, near, reason"
    found = {row[0]: row for row in engine.rows(f"select {columns} from metric_students")}
    repairs: dict[str, list[str]] = {}
    for sid, what in engine.rows("select sid, what from metric_repairs order by what"):
        repairs.setdefault(sid, []).append(what)
    wrong = []
    for case in cases:
        _, denominator, numerator, undetermined, school, near, reason = found[case.sid]
        answer = {
            "in": "numerator" if numerator else "denominator" if denominator else "none",
            "undetermined": undetermined,
            "school": school,
            "near": near,
            "reason": reason,
            "repairs": repairs.get(case.sid, []),
        }
        expected = {"undetermined": False} | case.expected
        expected |= {"school": factory.PLACEHOLDERS.get(expected["school"])} if expected.get("school") else {}
        wrong += [f"{case.name}: {k} {answer[k]!r}, by hand {v!r}" for k, v in expected.items() if answer[k] != v]
    assert not wrong, "\n".join(wrong)


def test_the_state_counts_each_student_once(answered: Any) -> None:
    _, cases, engine = answered
    by_hand = Counter(case.expected["in"] for case in cases)
    ((numerator, denominator),) = engine.rows(
        "select numerator, denominator from metric_entities where level = 'state'"
    )
    assert (numerator, denominator) == (by_hand["numerator"], by_hand["numerator"] + by_hand["denominator"])
