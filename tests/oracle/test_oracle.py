"""What a whole run says of random worlds is what a slow and plain oracle says, record by record.

The oracle was written from the text of the rules alone. ``TEST_WORLDS=300 pytest tests/oracle`` asks for more
worlds than the usual two.
"""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from audit import run
from audit.progress import Silent
from audit.settings import Options
from tests.oracle import courses, discipline, enrollment, exits, learners, preschool, students, worlds
from tests.oracle.facts import KEYS, RULES, Row, Rule, World, settled

WORLDS = int(os.environ.get("TEST_WORLDS", "2"))
STUDENTS = 200
#: Tables whose rules are on single records.
SINGLE = ("student_course_assignment", "early_childhood", "el", "discipline", "teacher_course_assignment")
SECTIONS = [enrollment, exits, courses, students, learners, preschool, discipline]


@dataclass
class Answer:
    """Of one rule: exception keys that fail; how many records it is about, and how many can't be told."""

    population: int = 0
    undetermined: int = 0
    fails: set[str] = field(default_factory=set)


def key(rule: Rule, row: Row) -> str:
    """The exception key of a row; file and line in place of a student without an id."""
    found = {c: str(row[c]) for c in rule.key if row[c] is not None}
    if found.get("sid", "").startswith("~"):
        del found["sid"]
        found |= {"file_name": row._file, "line_number": str(row._line)}
    return json.dumps(found, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def verdicts(rule: Rule, world: World) -> dict[str, set[bool | None]]:
    found = defaultdict(set)
    for row, verdict in rule.answers(world):
        found[key(rule, row)].add(verdict)
    return found


def expected(rule: Rule, world: World) -> Answer:
    found = verdicts(rule, world)
    fails = {k for k, v in found.items() if False in v}
    return Answer(len(found), sum(None in v for v in found.values()), fails)


def answered(folder: Path, out: Path, world: World) -> dict[str, Answer]:
    """What a whole run says of each rule of the oracle."""
    run.check(Options(extract=folder, out=out, as_of=world.as_of), Silent())
    with (out / "rule_results.csv").open(encoding="utf-8", newline="") as file:
        rows = {r["rule_id"]: r for r in csv.DictReader(file)}
    said = {name: Answer(int(rows[name]["population"]), int(rows[name]["undetermined"])) for name in RULES}
    for name, found in pl.read_parquet(out / "exceptions.parquet").select("rule_id", "exception_key").iter_rows():
        if name in said:
            said[name].fails.add(found)
    return said


def differences(name: str, said: Answer, wanted: Answer) -> list[str]:
    """What a person needs to see of two answers that are not the same."""
    numbers = [
        f"{name}: {what} {getattr(said, what)}, expected {getattr(wanted, what)}"
        for what in ("population", "undetermined")
        if getattr(said, what) != getattr(wanted, what)
    ]
    missing = [f"{name}: not found {k}" for k in sorted(wanted.fails - said.fails)]
    return numbers + missing + [f"{name}: found too much {k}" for k in sorted(said.fails - wanted.fails)]


@pytest.mark.parametrize("seed", range(WORLDS))
def test_a_run_answers_as_the_oracle_does(seed: int, tmp_path: Path) -> None:
    world = worlds.Maker(seed).world(STUDENTS)
    worlds.write(world, tmp_path / "in", seed)
    said = answered(tmp_path / "in", tmp_path / "out", world)
    world = settled(world)
    assert [d for name, rule in RULES.items() for d in differences(name, said[name], expected(rule, world))] == []


def test_what_can_not_be_read_is_not_held_against_a_record(tmp_path: Path) -> None:
    """What is found would be found whatever those cells say; nothing of other students is lost."""
    maker = worlds.Maker(1000)
    world = maker.world(STUDENTS)
    maker.spoil()
    worlds.write(world, tmp_path / "in", 1000)
    said = answered(tmp_path / "in", tmp_path / "out", world)
    readings = [settled(World(world.as_of, maker.read_somehow())) for _ in range(3)]
    for name, rule in RULES.items():
        certain = set.intersection(*(expected(rule, reading).fails for reading in readings))
        assert certain - spoiled(world, rule, certain) <= said[name].fails <= certain, name


def spoiled(world: World, rule: Rule, found: set[str]) -> set[str]:
    """Those of some exception keys that a cell may matter to that can't be read.

    Where a rule is on single records, cells of the same student's other records of that table don't.
    """
    own = next((table for table in SINGLE if KEYS[table] == rule.key), None)
    bad = [(t, row) for t, rows in world.tables.items() for row in rows if worlds.UNREADABLE in row.values()]
    students_, records = {row.sid for t, row in bad if t != own}, {key(rule, row) for t, row in bad if t == own}
    return {k for k in found if k in records or json.loads(k).get("sid") in students_}


def test_the_worlds_are_worth_it(tmp_path: Path) -> None:
    """Each rule meets records that hold and records that fail, and many meet some that can't be told."""
    found = defaultdict(set)
    for seed in range(3):
        world = worlds.Maker(seed).world(STUDENTS)
        worlds.write(world, tmp_path / str(seed), seed)
        world = settled(world)
        for name, rule in RULES.items():
            found[name].update(*verdicts(rule, world).values())
    assert {name: v for name, v in found.items() if not v >= {True, False}} == {}
    assert sum(None in v for v in found.values()) >= 10
    assert len(RULES) > 60
