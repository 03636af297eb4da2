"""The benchmark of peers compares the same thing: what needs no other program agrees on every count."""

from pathlib import Path

import pytest

from tests.benchmarks.peers import __main__ as peers
from tests.benchmarks.peers import world
from tests.benchmarks.peers.rules import RULES, SPOILED, SQL
from tests.benchmarks.peers.ways import WAYS, Found, Way

OWN = [way for way in WAYS if way.package in ("sis-audit", "pandera", "duckdb")]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("peers") / "tables"
    world.make(folder, 2300)
    return folder


def test_all_count_the_same_failing_rows(tables: Path) -> None:
    found = {way.title: way.prepare(tables)() for way in OWN}
    assert len(found) == 4
    assert peers.differences(found) == []
    for one in found.values():
        assert list(one.counts) == [*RULES["enrollment"], *RULES["student"]] == list(SQL)
        assert min(one.counts.values()) > 0, "a rule that nothing breaks compares nothing"
    assert [way.title for way in OWN if not found[way.title].records] == ["DuckDB, one scan a table"]


def test_rows_are_spoiled_in_ways_that_others_may_take_differently() -> None:
    assert all(any(None in change.values() for change in changes) for changes in SPOILED.values())
    assert all(len(changes) < world.EVERY for changes in SPOILED.values())


def test_a_difference_is_told() -> None:
    ours, theirs = Found({"A": 3, "B": 1}, 4), Found({"A": 2}, 1)
    assert peers.differences({"ours": ours, "theirs": theirs}) == ["theirs, A: 2 rows, not 3", "theirs: 1 records of 2"]
    assert peers.differences({"ours": ours, "theirs": Found({"A": 3}, 0)}) == []


def test_the_table_says_what_is_not_installed() -> None:
    absent = Way("Nothing", "a-package-that-nobody-has", lambda folder: Found, "rows", "passes")
    assert absent.version == ""
    turns = [peers.Turn(1, cpu, 3, 4_000_000, {"IL-ENR-004": 1}, 1) for cpu in (2.0, 2.5, 3.5)]
    lines = peers.markdown([peers.row(OWN[0], turns), peers.row(absent, [])]).splitlines()
    assert lines[2].startswith(f"| {OWN[0].title} {OWN[0].version} | 1 of 20 | 1.00 | 2.50 ± 0.75 | 3.00 | 4 | rule")
    assert lines[3].startswith("| Nothing | not installed |")
    assert len({line.count("|") for line in lines}) == 1
