"""Student Discipline and Teacher Course Assignment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from tests.oracle.facts import KEYS, Answers, Row, World, rule

DISCIPLINE, TEACHER = KEYS["discipline"], KEYS["teacher_course_assignment"]
SECTION = TEACHER[:-1]


def incidents(world: World) -> Iterator[tuple[Row, list[Row]]]:
    """Incidents with their matching enrollments."""
    for row in world.rows("discipline"):
        if row.erroneous_indicator != "01":
            yield row, world.matching(row)


def within(row: Row, found: list[Row]) -> bool:
    return any(
        e.enrollment_date <= row.incident_date and (e.exit_date is None or row.incident_date <= e.exit_date)
        for e in found
    )


@rule("DISC-006", DISCIPLINE)
def while_enrolled(world: World) -> Answers:
    for row, found in incidents(world):
        if len({e.exit_date is None for e in found}) == 2:
            yield row, within(row, found)


@rule("DISC-007", DISCIPLINE)
def since_the_entry(world: World) -> Answers:
    for row, found in incidents(world):
        if found and all(e.exit_date is None for e in found):
            yield row, within(row, found)


@rule("DISC-008", DISCIPLINE)
def until_the_exit(world: World) -> Answers:
    for row, found in incidents(world):
        if found and all(e.exit_date is not None for e in found):
            yield row, within(row, found)


@rule("DISC-009", DISCIPLINE)
def once(world: World) -> Answers:
    keys = [row.of(DISCIPLINE) for row, _ in incidents(world)]
    for row, _ in incidents(world):
        yield row, keys.count(row.of(DISCIPLINE)) == 1


@rule("DISC-010", DISCIPLINE)
def kind_in_preschool(world: World) -> Answers:
    for row, found in incidents(world):
        young = found and all(e.entry_grade_level in {"00", "14"} for e in found)
        if young and row.school_year >= 2019 and row.incident_date >= dt.date(2018, 7, 1):
            yield row, row.incident_type_code in {"50", "51", "52", "53", "54", "55", "56"}


def assignments(world: World) -> list[Row]:
    return [t for t in world.rows("teacher_course_assignment") if t.exit_reason_code != "07"]


@rule("TCAE-003", TEACHER)
def commitment(world: World) -> Answers:
    for row in assignments(world):
        share = row.teacher_commitment
        yield row, share is not None and Decimal("0.01") <= share <= 1


@rule("TCAE-006", TEACHER)
def exit_fields(world: World) -> Answers:
    for row in assignments(world):
        yield row, (row.course_end_date is None) == (row.exit_reason_code is None)


@rule("TCAE-008", SECTION)
def one_assignment(world: World) -> Answers:
    running = [t for t in assignments(world) if t.course_end_date is None]
    sections = [t.of(SECTION) for t in running]
    for row in running:
        yield row, sections.count(row.of(SECTION)) == 1
