"""Early Childhood."""

from __future__ import annotations

from decimal import Decimal

from tests.oracle.facts import KEYS, PLACE, SPELL, Answers, Row, World, at_most, every, one_is_enough, rule

EC = KEYS["early_childhood"]
ONCE = ("preschool_for_all_funding", "preschool_for_all_expansion", "head_start_funding", "title_1_funding")
WITH_A_LENGTH = (
    "preschool_for_all_funding", "head_start_funding", "title_1_funding", "idea_funding", "local_funding",
    "tuition_funding",
)  # fmt: skip


@rule("EC-002", SPELL)
def record_of_each_enrollment(world: World) -> Answers:
    for row in world.valid_enrollments():
        if row.school_year == world.year and row.entry_grade_level == "14":
            yield row, bool(world.joined("early_childhood", PLACE, row.of(PLACE)))


def funded(row: Row, column: str) -> bool:
    return row[column] not in (None, "none")


@rule("EC-004", ("sid",))
def funded_once(world: World) -> Answers:
    for row, active in world.students_active():
        places = {e.of(PLACE) for e in active}
        records = [r for place in places for r in world.joined("early_childhood", PLACE, place)]
        if records:
            yield row, all(sum(funded(r, column) for r in records) <= 1 for column in ONCE)


def needs_share(number: str, length: str, least: str, most: str) -> None:
    @rule(number, EC)
    def answers(world: World) -> Answers:
        for row in world.rows("early_childhood"):
            if any(row[c] == length for c in WITH_A_LENGTH) and (found := world.matching(row)):
                shares = [e.percent_day_attended for e in found]
                fits = (every([at_most(Decimal(least), s), at_most(s, Decimal(most))]) for s in shares)
                yield row, one_is_enough(fits)


needs_share("EC-009", "half_day", "0.5", "Infinity")
needs_share("EC-010", "full_day", "1", "1")
needs_share("EC-011", "partial_day", "0.75", "Infinity")


@rule("EC-026", EC)
def was_here_before(world: World) -> Answers:
    for row in world.rows("early_childhood"):
        earlier = [
            e for e in world.enrollments(row.sid)
            if e.entry_grade_level == "14" and e.exit_date and e.school_year < row.school_year
        ]  # fmt: skip
        if earlier and world.matching(row):
            yield row, row.previous_ec_enrollment == "01"
