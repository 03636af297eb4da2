"""What is published: small figures are hidden, and none of them can be worked out from the others."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.redact import HIDDEN, NOTHING, Entity, redact

FIGURES = ("numerator", "denominator")
#: District -> numerator and denominator of its schools.
schools = st.lists(
    st.lists(st.integers(0, 40).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))), min_size=1, max_size=5),
    min_size=1,
    max_size=5,
)


def world(given_schools: list[list[tuple[int, int]]]) -> list[Entity]:
    everything = [pair for district in given_schools for pair in district]
    rows = [("state", "", everything)]
    rows += [("district", f"D{d}", district) for d, district in enumerate(given_schools)]
    rows += [
        ("school", f"D{d}S{s}", [pair]) for d, district in enumerate(given_schools) for s, pair in enumerate(district)
    ]
    return [
        Entity(lv, c, sum(n for n, _ in p), sum(d for _, d in p), {"rate": "r", "low": "l", "high": "h"})
        for lv, c, p in rows
    ]


def published(entities: list[Entity]) -> dict[str, dict[str, str]]:
    return {row["entity_rcdts"]: row for row in redact(entities, lambda school: school[:2])}


def one(*districts: list[tuple[int, int]]) -> dict[str, tuple[str, str, str]]:
    return {k: (r["numerator"], r["denominator"], r["rate"]) for k, r in published(world(list(districts))).items()}


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


def moves(entities: list[Entity], rows: dict[str, dict[str, str]], figure: str) -> Iterator[set[str]]:
    """Other worlds with the same published figures: one student less in a school, one more in another.

    Gives the entities whose figure differs. In a tree of totals every other world is made of such moves. A numerator
    at its denominator can grow only where the denominators are hidden too, and grow and shrink with it.
    """
    leaves = [e for e in entities if e.level == "school" and rows[e.code][figure] == HIDDEN]
    for less in leaves:
        for more in leaves:
            changed = {less.code, more.code}
            if less.code[:2] != more.code[:2]:
                changed |= {less.code[:2], more.code[:2]}
            together = all(rows[code]["denominator"] == HIDDEN for code in changed) and less.denominator > 1
            if less is more or less.count(figure) <= (0 if figure == "numerator" else 1):
                continue
            if figure == "numerator" and more.numerator >= more.denominator and not together:
                continue
            if all(rows[code][figure] == HIDDEN for code in changed):
                yield changed


@settings(max_examples=300, deadline=None)
@given(schools)
def test_no_hidden_figure_can_be_worked_out(districts: list[list[tuple[int, int]]]) -> None:
    entities = world(districts)
    rows = published(entities)
    for figure in FIGURES:
        hidden = {e.code: rows[e.code][figure] == HIDDEN for e in entities}
        recoverable = {code for code, is_hidden in hidden.items() if is_hidden}
        for changed in moves(entities, rows, figure):
            recoverable -= changed
        with_data = [e for e in entities if e.denominator and e.level != "state"]
        # where every figure below the state is hidden, nothing is left that could hide the rest
        assert not recoverable or all(hidden[e.code] for e in with_data), (figure, recoverable)


@settings(max_examples=200, deadline=None)
@given(schools)
def test_small_figures_are_hidden_and_totals_above_them_are_no_small_counts(
    districts: list[list[tuple[int, int]]],
) -> None:
    entities = world(districts)
    rows = published(entities)
    for entity in entities:
        row = rows[entity.code]
        if entity.level == "state":
            assert HIDDEN not in row.values()
        elif entity.denominator:
            assert row["numerator"] == HIDDEN or entity.numerator >= 10
            assert row["denominator"] == HIDDEN or entity.denominator >= 10
            assert (row["rate"] == HIDDEN) == (HIDDEN in (row["numerator"], row["denominator"]))
            assert row["numerator"] == HIDDEN or int(row["numerator"]) == entity.numerator
            assert row["low"] == "l" or row["rate"] == HIDDEN
