"""Student course assignment."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.oracle.facts import (
    COURSE,
    ERRONEOUS,
    PLACE,
    Answers,
    Row,
    World,
    at_most,
    one_is_enough,
    rule,
    valid,
)  # fmt: skip

PRESCHOOL = {"73028A" + end for end in ("EXP", "HSE", "PFA", "PLD", "SPE", "TBP", "TIT")}
TERMS = {"Y1", "Y2", "S1", "S2", "S3", "T1", "T2", "T3", "T4", "Q1", "Q2", "Q3", "Q4", "Q5"}
SECONDARY_TERMS = {"S1", "S2", "S3", "T1", "T2", "T3", "T4"}
GRADES = {f"{n:02}" for n in range(3, 13)}


def courses(world: World) -> list[Row]:
    return [c for c in world.rows("student_course_assignment") if c.final_letter_grade_code != ERRONEOUS]


def cascade(number: int, columns: tuple[str, ...]) -> None:
    """The rule that asks for an enrollment with the same values in these columns, where one column less has one."""

    @rule(f"SCA-00{number}", COURSE)
    def answers(world: World) -> Answers:
        for row in courses(world):
            if number == 2 or world.joined("enrollment", columns[:-1], row.of(columns[:-1])):
                yield row, bool(world.joined("enrollment", columns, row.of(columns)))


for step in (2, 3, 4):
    cascade(step, PLACE[:step])


@rule("SCA-005", COURSE)
def valid_enrollment(world: World) -> Answers:
    for row in courses(world):
        if found := world.joined("enrollment", PLACE, row.of(PLACE)):
            yield row, any(valid(e) for e in found)


@rule("SCA-011", COURSE)
def begins_while_enrolled(world: World) -> Answers:
    for row in courses(world):
        if row.course_start_date and (found := world.matching(row)):
            yield row, one_is_enough(at_most(e.enrollment_date, row.course_start_date) for e in found)


@rule("SCA-012", COURSE)
def ends_while_enrolled(world: World) -> Answers:
    for row in courses(world):
        if row.course_end_date and (found := world.matching(row)):
            yield row, any(e.exit_date is None or row.course_end_date <= e.exit_date for e in found)


@rule("SCA-018", COURSE)
def complete_at_exit(world: World) -> Answers:
    for row in courses(world):
        found = world.matching(row)
        ended = [
            e for e in found
            if e.entry_grade_level in GRADES and e.exit_date and e.exit_date >= dt.date(2018, 7, 1)
        ]  # fmt: skip
        if row.school_year >= 2019 and ended and all(e.exit_date for e in found):
            yield row, row.course_end_date is not None and row.final_letter_grade_code is not None


@rule("SCA-019", COURSE)
def credit(world: World) -> Answers:
    for row in courses(world):
        judged = row.course_credit is not None and row.term_code in TERMS and row.state_course_code not in PRESCHOOL
        if judged and row.school_year >= 2019:
            yield row, Decimal("0.001") <= row.course_credit <= 3


@rule("SCA-020", COURSE)
def secondary_term(world: World) -> Answers:
    groups = {c.state_course_code: c.course_group for c in world.rows("state_course")}
    for row in courses(world):
        group = groups.get(row.state_course_code)
        secondary = group == "secondary" if group else "01" <= row.state_course_code[:2] <= "22"
        if secondary:
            yield row, row.term_code in SECONDARY_TERMS
