"""Enrollment."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.oracle.facts import (
    SPELL,
    Answers,
    Row,
    World,
    at_most,
    before,
    birthday,
    every,
    first_day,
    last_day,
    overlap,
    rule,
)  # fmt: skip

GRADES = {f"{n:02}" for n in range(1, 13)}


@rule("ENR-005", ("sid",))
def one_home(world: World) -> Answers:
    for row, active in world.students_active():
        yield row, len({e.home_rcdts for e in active}) == 1


def later(one: Row, other: Row) -> bool:
    """Whether one is the row of a pair that is reported."""

    def order(e: Row) -> tuple[object, ...]:
        return e.enrollment_date, e.home_rcdts, e.serving_rcdts, e._file, e._line

    return order(one) > order(other)


def others(world: World, row: Row) -> list[Row]:
    return [e for e in world.enrollments(row.sid) if e.of(SPELL) != row.of(SPELL)]


def both_active(one: Row, other: Row) -> bool:
    return one.exit_date is None and other.exit_date is None


@rule("ENR-006", ("sid", "home_rcdts", "serving_rcdts", "enrollment_date"))
def two_homes_at_once(world: World) -> Answers:
    """About the later of two enrollments, as that of ENR-008: pairs that others tell are no pairs."""
    for row in world.compared_enrollments():
        ends_lately = row.exit_date is None or first_day(world.year - 1) <= row.exit_date <= last_day(world.year)
        pairs = [
            other for other in others(world, row)
            if other.home_rcdts != row.home_rcdts and later(row, other) and not both_active(row, other)
        ]  # fmt: skip
        if ends_lately and pairs:
            yield row, not any(overlap(row, other) for other in pairs)


@rule("ENR-007", ("sid", "serving_rcdts"))
def one_active_at_a_school(world: World) -> Answers:
    for _, active in world.students_active():
        for row in active:
            yield row, sum(e.serving_rcdts == row.serving_rcdts for e in active) == 1


def previous(world: World, row: Row) -> list[Row]:
    """The enrollment just before at the same schools; several if they began on one day."""
    earlier = [
        e for e in others(world, row)
        if (e.home_rcdts, e.serving_rcdts) == (row.home_rcdts, row.serving_rcdts)
        and e.enrollment_date < row.enrollment_date
    ]  # fmt: skip
    latest = max((e.enrollment_date for e in earlier), default=None)
    return [e for e in earlier if e.enrollment_date == latest]


@rule("ENR-008", ("sid", "serving_rcdts", "enrollment_date"))
def one_school_twice_at_once(world: World) -> Answers:
    for row in world.compared_enrollments():
        told = [e for e in previous(world, row) if e.exit_date is not None and e.exit_date >= row.enrollment_date]
        pairs = [
            other for other in others(world, row)
            if other.serving_rcdts == row.serving_rcdts and later(row, other) and not both_active(row, other)
            and other not in told
        ]  # fmt: skip
        if pairs:
            yield row, not any(overlap(row, other) for other in pairs)


@rule("ENR-009", ("sid",))
def day_attended_in_all(world: World) -> Answers:
    for row, active in world.students_active():
        yield row, sum((e.percent_day_attended or Decimal(0) for e in active), Decimal(0)) <= 1


@rule("ENR-010", SPELL)
def day_attended(world: World) -> Answers:
    for row in world.valid_enrollments():
        share = row.percent_day_attended
        yield row, share is not None and 0 < share <= 1


@rule("ENR-011", SPELL)
def active_this_year(world: World) -> Answers:
    for row in world.valid_enrollments():
        if row.exit_date is None:
            yield row, row.school_year == world.year


@rule("ENR-014", SPELL)
def not_in_the_future(world: World) -> Answers:
    for row in world.valid_enrollments():
        yield row, row.enrollment_date <= world.as_of


@rule("ENR-016", SPELL)
def three_years_old(world: World) -> Answers:
    for row in world.valid_enrollments():
        if row.entry_grade_level in GRADES | {"14", "15"} and row.school_year == world.year:
            student = world.student(row)
            born = student.birth_date if student else None
            yield row, at_most(born and birthday(born, 3), row.enrollment_date)


@rule("ENR-017", SPELL)
def under_six(world: World) -> Answers:
    for row in world.valid_enrollments():
        if row.entry_grade_level == "14":
            student = world.student(row)
            born = student.birth_date if student else None
            yield row, before(dt.date(row.school_year - 1, 9, 1), born and birthday(born, 6))


@rule("ENR-020", SPELL)
def came_back_after_leaving(world: World) -> Answers:
    for row in world.compared_enrollments():
        if former := previous(world, row):
            yield row, every(before(e.exit_date, row.enrollment_date) for e in former)


@rule("ENR-024", ("sid",))
def one_grade(world: World) -> Answers:
    for row, active in world.students_active():
        grades = {e.entry_grade_level for e in active}
        unknown = len(active) > 1 and None in grades
        yield row, False if len(grades - {None}) > 1 else None if unknown else True


@rule("ENR-037", SPELL)
def nothing_after_graduation(world: World) -> Answers:
    for row in world.compared_enrollments():
        graduated = [
            e for e in others(world, row) if e.exit_type_code == "06" and e.enrollment_date < row.enrollment_date
        ]
        if graduated:
            yield row, every(before(row.enrollment_date, e.exit_date) for e in graduated)


@rule("ENR-038", SPELL)
def evaluated_first(world: World) -> Answers:
    for row in world.compared_enrollments():
        if row.entry_grade_level == "22":
            yield row, not any(e.enrollment_date < row.enrollment_date for e in others(world, row))


@rule("ENR-040", SPELL)
def no_tuition(world: World) -> Answers:
    for row in world.valid_enrollments():
        if row.school_year >= 2019 and row.entry_grade_level in {"22", "00", "14"}:
            yield row, row.tuition_in_indicator == "02"


@rule("KEY-enrollment", SPELL)
def once(world: World) -> Answers:
    rows = world.rows("enrollment")
    for row in rows:
        yield row, [e.of(SPELL) for e in rows].count(row.of(SPELL)) == 1
