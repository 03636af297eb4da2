"""What is published: small figures are hidden, and none of them can be worked out from the others."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from unittest.mock import patch

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit import circles
from audit.redact import HIDDEN, NOTHING, Row, redact
from tests.metrics.attack import Told, worked_out

#: The students of a school: pass or not, and their values in two subgroups.
Student = tuple[bool, str, str]
Counts = tuple[int, int]


def plain(pairs: Sequence[Sequence[Counts]]) -> list[Row]:
    """Rows without subgroups of districts and their schools, given as numerator and denominator."""
    rows = [Row("state", "", *_sum([p for d in pairs for p in d]), _fractions())]
    rows += [Row("district", f"D{n}", *_sum(d), _fractions()) for n, d in enumerate(pairs)]
    rows += [Row("school", f"D{n}S{m}", *p, _fractions()) for n, d in enumerate(pairs) for m, p in enumerate(d)]
    redact(rows, lambda school: school[:2])
    return rows


def _fractions() -> dict[str, str | None]:
    return {"rate": "r", "low": "l", "high": "h"}


def _sum(pairs: Sequence[Counts]) -> Counts:
    return sum(n for n, _ in pairs), sum(d for _, d in pairs)


def one(*districts: list[Counts]) -> dict[str, tuple[str, str, str]]:
    published = {row.code: row.published() for row in plain(districts)}
    return {k: (r["numerator"], r["denominator"], r["rate"]) for k, r in published.items()}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans(), st.booleans()), max_size=30))
def test_circles_are_the_same_whether_or_not_they_are_compiled(edges: list[tuple[int, int, bool, bool]]) -> None:
    import numba

    lower, upper, up, down = np.array(edges, np.int64).reshape(-1, 4).T
    graph = circles.Edges(10, lower, upper, up.astype(bool), down.astype(bool))
    found = circles.labels(graph), circles.circles(graph, circles.labels(graph))
    with patch.dict(sys.modules):
        del sys.modules[numba.__name__]
        plain = circles.labels(graph), circles.circles(graph, found[0])
    assert [f.tolist() for f in found] == [p.tolist() for p in plain]


def test_nothing_small_nothing_hidden() -> None:
    found = one([(10, 20), (30, 40)], [(50, 60)])
    assert all(HIDDEN not in row for row in found.values())


def test_a_small_numerator_takes_a_sibling_with_it() -> None:
    found = one([(9, 20), (30, 40), (20, 30)], [(50, 60)])
    assert found["D0S0"] == (HIDDEN, "20", HIDDEN)
    assert found["D0S2"] == (HIDDEN, "30", HIDDEN)
    assert found["D0S1"] == ("30", "40", "r")
    assert found["D0"] == ("59", "90", "r") and found[""] == ("109", "150", "r")


def test_a_district_of_one_school_takes_another_district_and_one_of_its_schools_with_it() -> None:
    found = one([(9, 20)], [(50, 60), (30, 40)], [(90, 95)])
    assert found["D0"] == found["D0S0"] == (HIDDEN, "20", HIDDEN)
    assert found["D1"][0] == HIDDEN and found["D1S1"][0] == HIDDEN
    assert found["D2"] == found["D2S0"] == ("90", "95", "r")
    assert found[""] == ("179", "215", "r")


def test_two_zeros_do_not_hide_each_other() -> None:
    found = one([(0, 20), (0, 20), (30, 40), (31, 40)], [(50, 60)])
    assert [found[f"D0S{n}"][0] for n in range(4)] == [HIDDEN, HIDDEN, HIDDEN, "31"]


def test_no_students_no_data_and_a_small_denominator_is_hidden() -> None:
    found = one([(0, 0), (1, 9), (30, 40), (31, 41)], [(50, 60)])
    assert found["D0S0"] == (NOTHING, NOTHING, NOTHING)
    assert found["D0S1"] == (HIDDEN, HIDDEN, HIDDEN)
    assert found["D0S2"] == (HIDDEN, HIDDEN, HIDDEN)


def test_the_state_is_never_hidden() -> None:
    assert one([(1, 3)])[""] == ("1", "3", "r")


def test_a_lowest_rate_of_few_is_hidden_and_another_one_with_it() -> None:
    rows = [
        Row("state", "", 80, 120, _fractions(), low_numerator=60),
        Row("district", "D0", 80, 120, _fractions(), low_numerator=60),
        *(
            Row("school", f"D0S{n}", 20 + n, 30, _fractions(), low_numerator=low)
            for n, low in enumerate((4, 12, 20, 24))
        ),
    ]
    redact(rows, lambda school: school[:2])
    shown = {r.code: (r.published()["numerator"], r.published()["low"], r.published()["high"]) for r in rows}
    assert shown["D0S0"] == ("20", HIDDEN, HIDDEN) and shown["D0S1"] == ("21", HIDDEN, HIDDEN)
    assert shown["D0S2"] == ("22", "l", "h") and shown["D0"] == ("80", "l", "h")


def grouped(*districts: Mapping[str, Mapping[str, Counts]]) -> list[Row]:
    """Rows of schools, given as counts by value of one subgroup, with their districts and the state."""
    counted: dict[tuple[str, str, str, str], list[int]] = {}
    for n, schools in enumerate(districts):
        for name, values in schools.items():
            for value, counts in values.items():
                for level, code in (("state", ""), ("district", f"D{n}"), ("school", f"D{n}{name}")):
                    for key in (("", ""), ("group", value)):
                        row = counted.setdefault((level, code, *key), [0, 0])
                        row[0], row[1] = row[0] + counts[0], row[1] + counts[1]
    rows = [Row(lv, c, n, d, {"rate": "r"}, g, v) for (lv, c, g, v), (n, d) in counted.items()]
    redact(rows, lambda school: school[:2])
    return rows


def hidden(rows: Sequence[Row]) -> set[tuple[str, str]]:
    return {(r.code, r.value) for r in rows if "numerator" in r.hidden}


def test_a_small_group_takes_another_group_and_the_same_two_of_another_school() -> None:
    schools = {name: {"a": (20, 30), "b": (40, 50), "c": (60, 70)} for name in ("S0", "S1", "S2")}
    schools["S0"] = {"a": (5, 30), "b": (40, 50), "c": (60, 70)}
    assert hidden(grouped(schools)) == {("D0S0", "a"), ("D0S0", "b"), ("D0S1", "a"), ("D0S1", "b")}


def test_a_hidden_school_can_not_be_added_up_from_its_groups() -> None:
    rows = grouped({"S0": {"a": (3, 12), "b": (4, 14)}, "S1": {"a": (30, 40), "b": (35, 45)}}, {"S0": {"a": (90, 99)}})
    gone = hidden(rows)
    assert {("D0S0", ""), ("D0S1", "")} <= gone
    # a group of the large school shown beside its hidden whole is no harm, both groups would be
    assert {("D0S1", "a"), ("D0S1", "b")} & gone and {("D0S0", "a"), ("D0S0", "b")} <= gone


def test_groups_of_the_state_are_never_hidden() -> None:
    rows = grouped({"S0": {"a": (1, 3), "b": (2, 3)}, "S1": {"a": (2, 4)}})
    assert not any(code == "" for code, _ in hidden(rows))


# -- property tests: whatever the world, an attacker gets nothing

SIZES = st.sampled_from([0, 0, 1, 2, 5, 9, 10, 11, 15, 30])
PAIRS = st.tuples(SIZES, SIZES).map(lambda sizes: (min(sizes), max(sizes)))
SCHOOL = st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), PAIRS, min_size=1, max_size=5)
WORLD = st.lists(st.lists(SCHOOL, min_size=1, max_size=3), min_size=1, max_size=3)


def two_subgroups(world: Sequence[Sequence[Mapping[tuple[str, str], Counts]]]) -> list[Row]:
    """Rows of all entities, of all students and by two subgroups."""
    counted: dict[tuple[str, str, str, str], list[int]] = {}
    for n, schools in enumerate(world):
        for m, school in enumerate(schools):
            for (first, second), (numerator, denominator) in school.items():
                for level, code in (("state", ""), ("district", f"D{n}"), ("school", f"D{n}S{m}")):
                    for key in (("", ""), ("first", first), ("second", second)):
                        row = counted.setdefault((level, code, *key), [0, 0])
                        row[0], row[1] = row[0] + numerator, row[1] + denominator
    return [Row(lv, c, n, d, {"rate": "r"}, g, v) for (lv, c, g, v), (n, d) in counted.items()]


def told(rows: Sequence[Row], everything_hidden: bool = False) -> list[Told]:
    """What the files say; a row without data is known to be none."""

    def count(row: Row, figure: str) -> int | None:
        gone = row.level != "state" and row.denominator and (everything_hidden or figure in row.hidden)
        return None if gone else int(getattr(row, figure))

    return [Told(r.level, r.code, r.subgroup, r.value, count(r, "numerator"), count(r, "denominator")) for r in rows]


#: A student of another group, the only one at its school, can only be hidden with a move between whole schools.
MOVED = [
    [{("a", "y"): (0, 1), ("b", "x"): (0, 9)}],
    [{("a", "x"): (0, 9), ("b", "x"): (1, 1)}, {("b", "y"): (1, 10)}],
]

#: Two schools of a district with no value of a subgroup in common; a school elsewhere has both.
BY_A_THIRD = [
    [{("b", "x"): (0, 10)}, {("b", "y"): (0, 2)}],
    [{("a", "x"): (0, 2), ("a", "y"): (0, 1)}],
]
#: Here only two moves at once hide anything.
BY_TWO_MOVES = [
    [{("b", "x"): (0, 10)}, {("b", "y"): (0, 2)}],
    [{("a", "x"): (0, 2)}, {("a", "y"): (0, 1)}],
]


@settings(max_examples=250, deadline=None)
@given(WORLD)
@example(MOVED)
@example(BY_A_THIRD)
@example(BY_TWO_MOVES)
@example([[{("b", "x"): (0, 10), ("b", "y"): (0, 10)}], [{("a", "x"): (0, 2)}, {("a", "y"): (0, 1)}]])
def test_no_hidden_figure_can_be_worked_out_from_all_files_together(
    world: list[list[dict[tuple[str, str], Counts]]],
) -> None:
    rows = two_subgroups(world)
    redact(rows, lambda school: school[:2])
    # what the figures of the state alone give away can't be helped: they are never hidden
    excused = worked_out(told(rows, everything_hidden=True), 2)
    found = worked_out(told(rows), 2)
    assert set(found) <= set(excused)


@settings(max_examples=150, deadline=None)
@given(WORLD)
def test_small_figures_are_hidden_and_what_is_shown_is_true(
    world: list[list[dict[tuple[str, str], Counts]]],
) -> None:
    rows = two_subgroups(world)
    redact(rows, lambda school: school[:2])
    for row in rows:
        shown = row.published()
        if not row.denominator:
            assert set(shown.values()) == {NOTHING}
        elif row.level == "state":
            assert HIDDEN not in shown.values()
        else:
            assert shown["numerator"] == (HIDDEN if row.numerator < 10 else shown["numerator"])
            assert shown["denominator"] == (HIDDEN if row.denominator < 10 else shown["denominator"])
            assert (shown["rate"] == HIDDEN) == (shown["numerator"] == HIDDEN)
            assert shown["numerator"] == HIDDEN or shown["denominator"] != HIDDEN
            assert shown["numerator"] in (HIDDEN, str(row.numerator))
            assert shown["denominator"] in (HIDDEN, str(row.denominator))


def test_the_attack_finds_what_is_left_unprotected() -> None:
    """The attack is worth something: with only the small figures hidden it gets them back."""
    rows = two_subgroups([[{("a", "x"): (3, 20), ("b", "y"): (30, 40)}, {("a", "x"): (30, 40), ("b", "y"): (30, 40)}]])
    for row in rows:
        if row.level != "state" and row.numerator < 10:
            row.hide("numerator")
    assert worked_out(told(rows), 2)[("numerator", ("D0S0", "first", "a"))] == 3
