"""Student Demographics and Immigrant."""

from __future__ import annotations

import datetime as dt

from tests.oracle.facts import Answers, World, birthday, rule

SID = ("sid",)


@rule("DEMO-001", SID)
def age(world: World) -> Answers:
    for row in world.rows("student"):
        if world.active(row.sid):
            born = row.birth_date
            yield row, born is not None and born < world.as_of and birthday(born, 23) > world.as_of


@rule("DEMO-006", SID)
def first_name(world: World) -> Answers:
    for row in world.rows("student"):
        if row.legal_first_name is not None:
            yield row, all(c.isalpha() or c in "- " for c in row.legal_first_name)


@rule("DEMO-019", SID)
def no_ses_in_preschool(world: World) -> Answers:
    for row in world.rows("student"):
        if any(e.entry_grade_level == "14" for e in world.active(row.sid)):
            yield row, row.ses_indicator == "02"


@rule("DEMO-020", SID)
def no_longer_a_learner(world: World) -> Answers:
    for row in world.rows("student"):
        scores = [
            s for s in world.rows("access_score")
            if s.sid == row.sid and s.school_year < world.year and s.overall_proficiency_level is not None
        ]  # fmt: skip
        if scores and world.active(row.sid):
            latest = max(s.school_year for s in scores)
            level = max(s.overall_proficiency_level for s in scores if s.school_year == latest)
            if 10 * level >= 48:
                yield row, row.el_indicator != "01"


@rule("DEMO-035", SID)
def immigrants_are_reported(world: World) -> Answers:
    for row in world.rows("student"):
        if row.immigrant_indicator == "01" and world.active(row.sid):
            yield row, bool(world.joined("immigrant", SID, row.of(SID)))


@rule("DEMO-036", SID)
def immigrant_as_reported(world: World) -> Answers:
    for row in world.rows("student"):
        if found := world.joined("immigrant", SID, row.of(SID)):
            told = max(found, key=lambda i: i.school_year).eligible_immigrant_indicator
            both = row.immigrant_indicator is not None and told is not None
            yield row, row.immigrant_indicator == told if both else None


@rule("DEMO-045", SID)
def homeless_are_low_income(world: World) -> Answers:
    for row in world.rows("student"):
        evaluated = any(e.entry_grade_level == "22" for e in world.active(row.sid))
        if row.homeless_indicator == "01" and row.private_school_student != "01" and not evaluated:
            yield row, row.frl_indicator == "01"


@rule("DEMO-047", SID)
def military(world: World) -> Answers:
    for row, active in world.students_active():
        yield row, len({e.military_connected_indicator for e in active}) == 1


@rule("IMM-002", SID)
def newcomers(world: World) -> Answers:
    since = birthday(world.as_of, -3)
    for row in world.rows("student"):
        created: dt.date | None = row.sid_created_date
        if created and created >= since and world.active(row.sid):
            yield row, bool(world.joined("immigrant", SID, row.of(SID)))


@rule("KEY-student", SID)
def once(world: World) -> Answers:
    sids = [s.sid for s in world.rows("student")]
    for row in world.rows("student"):
        yield row, sids.count(row.sid) == 1
