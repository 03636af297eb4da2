"""English Learner services."""

from __future__ import annotations

from tests.oracle.facts import KEYS, Answers, World, first_day, last_day, rule

EL = KEYS["el"]


@rule("EL-001", EL)
def sent_by_a_home_district(world: World) -> Answers:
    for row in world.rows("el"):
        if row.submitter_rcdt:
            first = row.submitted_date or first_day(row.school_year)
            last = row.submitted_date or last_day(row.school_year)
            yield (
                row,
                any(
                    e.home_rcdts[:11] == row.submitter_rcdt
                    and (
                        (e.enrollment_date <= last and (e.exit_date is None or first <= e.exit_date))
                        or (row.submitted_date is None and e.school_year == row.school_year)
                    )
                    for e in world.enrollments(row.sid)
                ),
            )


@rule("EL-005", EL)
def ended_with_a_reason(world: World) -> Answers:
    for row in world.rows("el"):
        yield row, (row.el_services_end_date is None) == (row.el_services_end_reason_code is None)


@rule("EL-010", EL)
def served_after_enrolled(world: World) -> Answers:
    for row in world.rows("el"):
        if row.district_first_enrolled_date:
            yield row, row.el_services_start_date >= row.district_first_enrolled_date


@rule("EL-014", EL)
def ended_in_its_year(world: World) -> Answers:
    for row in world.rows("el"):
        if row.el_services_end_date:
            yield row, first_day(row.school_year) <= row.el_services_end_date <= last_day(row.school_year)


@rule("EL-019", EL)
def in_dual_language(world: World) -> Answers:
    for row in world.rows("el"):
        dual = any(e.dual_language_code in {"01", "02"} for e in world.active(row.sid))
        if row.school_year >= 2019 and row.el_services_end_date is None and dual:
            yield row, row.el_services_provided_code == "00"


@rule("EL-020", EL)
def not_in_dual_language(world: World) -> Answers:
    for row in world.rows("el"):
        served = row.el_services_end_date is None and row.el_services_provided_code in {"03", "04", "05", "06"}
        if row.school_year >= 2019 and served and (active := world.active(row.sid)):
            yield row, all(e.dual_language_code == "03" for e in active)
