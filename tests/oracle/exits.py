"""Exit Student Enrollment."""

from __future__ import annotations

import datetime as dt

from tests.oracle.facts import (
    ERRONEOUS,
    PLACE,
    SPELL,
    Answers,
    Row,
    World,
    at_most,
    rule,
    valid,
)  # fmt: skip

DISCIPLINE = (*PLACE, "incident_date", "incident_number")


def exits(world: World) -> list[Row]:
    """The exit rows, and those that enrollments with an exit stand for."""
    return world.rows("exit_enrollment")


def left(world: World, row: Row) -> Row | None:
    """The enrollment that an exit row ends."""
    return next(iter(world.joined("enrollment", SPELL, row.of(SPELL))), None)


@rule("EXIT-003", SPELL)
def of_an_enrollment(world: World) -> Answers:
    for row in exits(world):
        ended = left(world, row)
        if ended is None:
            yield row, False
        elif ended.exit_date is None:
            yield row, True
        else:
            yield row, None if row.exit_date is None else row.exit_date == ended.exit_date


@rule("EXIT-004", SPELL)
def date_and_type(world: World) -> Answers:
    for row in exits(world):
        if valid(row):
            yield row, row.exit_date is not None and row.exit_type_code is not None


@rule("EXIT-008", SPELL)
def not_in_the_future(world: World) -> Answers:
    for row in exits(world):
        if valid(row):
            yield row, at_most(row.exit_date, world.as_of)


@rule("EXIT-009", SPELL)
def twelfth_grade_is_not_promoted(world: World) -> Answers:
    for row in exits(world):
        ended = left(world, row)
        if valid(row) and ended and ended.entry_grade_level == "12":
            yield row, row.exit_type_code != "05"


@rule("EXIT-010", SPELL)
def who_graduates(world: World) -> Answers:
    for row in exits(world):
        ended = left(world, row)
        if row.exit_type_code == "06" and ended:
            yield row, ended.entry_grade_level in {"11", "12"}


def is_last(world: World, row: Row) -> bool:
    """Whether an exit ends the last enrollment at these schools in this year: none is open, and none ended later."""
    ended = [x for x in world.joined("exit_enrollment", PLACE, row.of(PLACE)) if valid(x)]
    if not ended or any(e.exit_date is None for e in world.matching(row)):
        return False
    last = max(ended, key=lambda x: (x.exit_date is None, x.exit_date or dt.date.min, x.enrollment_date))
    return last.of(SPELL) == row.of(SPELL)


@rule("EXIT-012", SPELL)
def courses_ended(world: World) -> Answers:
    for row in exits(world):
        if not valid(row) or row.exit_date is None:
            continue
        ends = [
            course.course_end_date
            for course in world.joined("student_course_assignment", PLACE, row.of(PLACE))
            if course.final_letter_grade_code != ERRONEOUS and course.course_end_date
            and (
                is_last(world, row)
                if course.course_start_date is None
                else row.enrollment_date <= course.course_start_date <= row.exit_date
            )
        ]  # fmt: skip
        if ends:
            yield row, max(ends) <= row.exit_date


@rule("EXIT-014", DISCIPLINE)
def incidents_of_erroneous_enrollments(world: World) -> Answers:
    for row in world.rows("discipline"):
        found = world.joined("enrollment", PLACE, row.of(PLACE))
        if found and not any(valid(e) for e in found):
            yield row, row.erroneous_indicator == "01"


@rule("EXIT-033", SPELL)
def immigrant_record(world: World) -> Answers:
    for row in exits(world):
        student = world.student(row)
        created = student.sid_created_date if student else None
        if valid(row) and row.exit_date and row.school_year == world.year and created and created > dt.date(2015, 8, 1):
            yield row, bool(world.joined("immigrant", ("sid",), (row.sid,)))
