"""Funnel, students and entities tell the same story, whatever the world and the definition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import metrics, rulebook_load
from audit.rulebook import Definition
from tests.metrics import cohorts
from tests.rules.harness import Bench

BOOK = rulebook_load.load("illinois")

ENROLLMENTS = st.fixed_dictionaries(
    {
        "home_rcdts": st.sampled_from(["A1", "A2", "B1", cohorts.PRIVATE, None]),
        "serving_rcdts": st.sampled_from(["A1", "A2"]),
        "school_year": st.sampled_from([2018, 2019, 2019, 2019, 2020]),
        "enrollment_date": st.sampled_from(
            ["2017-09-01", "2018-08-20", "2018-10-01", "2019-01-08", "2019-06-03", None]
        ),
        "exit_date": st.sampled_from([None, None, "2018-12-20", "2019-05-01", "2019-06-05"]),
        "exit_type_code": st.sampled_from([None, None, None, "99"]),
        "entry_grade_level": st.sampled_from(["08", "09", "08", "09", "10", None]),
        "percent_day_attended": st.sampled_from(["1", "0.5", None]),
    }
)
COURSES = st.fixed_dictionaries(
    {
        "home_rcdts": st.sampled_from(["A1", "A1", "B1"]),
        "school_year": st.sampled_from([2018, 2019, 2019]),
        "state_course_code": st.sampled_from(["02052A000", "02072A000", "01001A000", "52038A000", "05101A000"]),
        "term_code": st.sampled_from(["S1", "S2", "S3", "Y1"]),
        "final_letter_grade_code": st.sampled_from(["05", "05", "13", "21", "77", "99", None]),
        "course_credit": st.sampled_from(["0.5", "2.5", "5", None]),
    }
)
STUDENTS = st.lists(st.tuples(st.lists(ENROLLMENTS, max_size=3), st.lists(COURSES, max_size=4)), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(BOOK, Path(tmp_path_factory.mktemp("spill")))
    yield made
    made.engine.close()


@pytest.mark.parametrize("definition", BOOK.metrics, ids=lambda d: f"{d.metric}-{d.year}")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=STUDENTS)
def test_sums_agree(bench: Bench, definition: Definition, world: list[Any]) -> None:
    enrollments = [{"sid": f"s{n}"} | row for n, (rows, _) in enumerate(world) for row in rows]
    courses = [
        {"sid": f"s{n}", "section_number": str(i)} | row
        for n, (_, rows) in enumerate(world)
        for i, row in enumerate(rows)
    ]
    bench.fill({"entity": cohorts.ENTITIES, "enrollment": enrollments, cohorts.COURSE: courses})
    metrics.measure(bench.engine, BOOK, metrics.plan(definition, cohorts.parameters()), set(bench.made))
    rows = bench.engine.rows
    students = rows("select sid, in_denominator, in_numerator, reached, responsible_rcdts from metric_students")
    assert sorted({s[0] for s in students}) == sorted({e["sid"] for e in enrollments})
    assert len(students) == len({s[0] for s in students})
    entities: dict[str, list[tuple[int, int]]] = {"state": [], "district": [], "school": []}
    for level, numerator, denominator in rows("select level, numerator, denominator from metric_entities"):
        entities[level].append((numerator, denominator))
    counted = [s for s in students if s[1]]
    steps = [sum(s[3] >= k for s in students) for k in range(1, len(definition.funnel) + 1)]
    assert entities["state"] == [(sum(s[2] for s in students), len(counted))]
    assert (steps[-1], steps[definition.denominator - 1]) == entities["state"][0]
    assert steps == sorted(steps, reverse=True) and steps[0] <= len(students)
    schooled = [s for s in counted if s[4]]
    for level in ("district", "school"):
        together = [sum(column) for column in zip(*entities[level], strict=True)] or [0, 0]
        assert together == [sum(s[2] for s in schooled), len(schooled)]
    for rate, low, high in rows("select rate, low, high from metric_entities"):
        assert (low is None) == (high is None) and (low is None or low <= high)
        assert rate is None or low <= rate <= high
