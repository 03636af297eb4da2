"""Alabama's work list: who is on it, why, how far, what is next and for whom."""

from __future__ import annotations

from typing import Any

import pytest
from sqlglot.schema import MappingSchema

from audit.cross import fill, make_models
from audit.rulebook import Rulebook
from tests.rules.harness import PARAMETERS, Bench, Benches
from tests.rules.portable import problems

STATE_ID, ADMIN, USER, SECURITY, SCHOOL = (
    "Request a State ID",
    "SIS administrator or data manager",
    "Special Programs user",
    "Security administrator",
    "School that enrolls",
)
OPEN = {"integration_idt": None}
MANUAL = OPEN | {"profile_source": "manual"}
MARKED = MANUAL | {"student_id": "D100", "state_id": None}
IN_SIS: dict[str, list[dict[str, Any]]] = {"al_sis_student": [{}]}


@pytest.fixture
def bench(benches: Benches) -> Bench:
    made = benches["alabama"]
    make_models(made.engine, made.rulebook.models, PARAMETERS, (), materialize=False, also=[query(made.rulebook)])
    return made


def query(rulebook: Rulebook) -> str:
    (listing,) = rulebook.lists
    return listing.sql


def listed(bench: Bench, *profiles: dict[str, Any], **tables: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Student id, cause, status, next step and for whom of each line."""
    bench.fill({"al_sp_profile": list(profiles), **tables})
    return bench.engine.rows(
        f"select student_id, cause, status, next_step, for_whom from ({query(bench.rulebook)}) order by student_id"
    )


@pytest.mark.parametrize(
    "profile, there",
    [
        ({}, False),
        (OPEN, True),
        ({"provisional_id": "P7"}, True),
        (OPEN | {"provisional_id": "P7"}, True),
        (OPEN | {"is_active": "02"}, True),
        (OPEN | {"is_active": "02", "state_id": "1900000009"}, False),
        (OPEN | {"is_active": None, "state_id": "1900000009"}, False),
        (OPEN | {"state_id": "1900000009"}, True),
    ],
)
def test_who_is_on_the_list(bench: Bench, profile: dict[str, Any], there: bool) -> None:
    assert len(listed(bench, profile, **IN_SIS)) == there


def test_each_profile_once(bench: Bench) -> None:
    merges = [{"target_student_id": "200"}, {"target_student_id": "201"}]
    transfers = [{"received_date": "2018-08-01"}, {"received_date": "2018-08-02"}]
    assert len(listed(bench, OPEN, OPEN, MARKED, al_merge=merges, al_transfer=transfers, **IN_SIS)) == 2


@pytest.mark.parametrize(
    "profile, cause",
    [
        (MANUAL, "added by hand"),
        (OPEN | {"profile_source": "transfer"}, "transfer envelope"),
        (OPEN | {"profile_source": "sets_migration", "reactivated": "01"}, "migrated from SETS"),
        (OPEN | {"profile_source": None, "sets_active": "01", "no_show": "01"}, "no-show"),
        (MANUAL | {"provisional_id": "P7"}, "added by hand; provisional ID"),
        ({"provisional_id": "P7"}, "provisional ID"),
        (OPEN, "imported, not integrated"),
        (OPEN | {"profile_source": None}, "not known"),
    ],
)
def test_why(bench: Bench, profile: dict[str, Any], cause: str) -> None:
    assert [line[1] for line in listed(bench, profile, **IN_SIS)] == [cause]


def test_a_transfer_envelope_is_a_cause_whatever_the_source(bench: Bench) -> None:
    ((_, cause, *_rest),) = listed(bench, MANUAL, al_transfer=[{}], **IN_SIS)
    assert cause == "added by hand; transfer envelope"


IMPORTED = {"student_id": "200"}
OFFERED: dict[str, list[dict[str, Any]]] = {"al_general_student": [{}]}


@pytest.mark.parametrize(
    "profiles, tables, status, step, for_whom",
    [
        ([MANUAL], IN_SIS, "none", "Put D in front of the student id", USER),
        ([MANUAL | {"provisional_id": "P7", "state_id": None}], {}, "none", STATE_ID, ADMIN),
        ([MANUAL | {"provisional_id": "P7"}], IN_SIS, "none", "Put D in front of the student id", USER),
        ([MARKED], {}, "marked", "Enroll the student in the SIS", SCHOOL),
        ([MARKED | {"provisional_id": "P7"}], {}, "marked", STATE_ID, ADMIN),
        ([MARKED], {"al_sis_student": [{"state_id": None}]}, "marked", STATE_ID, ADMIN),
        ([MARKED], {"al_sis_student": [{"state_id": "P7"}]}, "marked", STATE_ID, ADMIN),
        (
            [MARKED],
            IN_SIS | {"al_general_student": [{"state_id": "1900000002"}]},
            "marked",
            "Bring the student into the General Student Table",
            ADMIN,
        ),
        ([MARKED], IN_SIS | OFFERED, "marked", "Import the student from the General Student Table", USER),
        ([MARKED], IN_SIS, "marked", "Import the student from the General Student Table", USER),
        ([MARKED, IMPORTED], IN_SIS, "imported", "Merge the profile with D into the imported one", SECURITY),
        ([OPEN], IN_SIS, "imported", "Save and refresh the imported profile", SECURITY),
        (
            [IMPORTED | OPEN],
            IN_SIS | {"al_merge": [{}]},
            "merged",
            "Save and refresh the imported profile",
            SECURITY,
        ),
        (
            [MARKED | {"is_active": "02"}, IMPORTED],
            IN_SIS | {"al_merge": [{}]},
            "reintegrated",
            "Make sure that the profile with D is gone or inactive",
            SECURITY,
        ),
    ],
)
def test_how_far_and_what_next(
    bench: Bench,
    profiles: list[dict[str, Any]],
    tables: dict[str, list[dict[str, Any]]],
    status: str,
    step: str,
    for_whom: str,
) -> None:
    ((_, _, *found),) = listed(bench, *profiles, **tables)
    assert found == [status, step, for_whom]


def test_merged_but_not_yet_reintegrated(bench: Bench) -> None:
    target = IMPORTED | {"provisional_id": "P7"}
    lines = listed(bench, MARKED, target, al_merge=[{}], **IN_SIS)
    assert [(line[0], line[2]) for line in lines] == [("200", "merged"), ("D100", "merged")]


@pytest.mark.parametrize("rulebook", ["alabama"], indirect=True)
def test_the_list_is_portable(rulebook: Rulebook, relations: MappingSchema) -> None:
    assert problems(fill(query(rulebook), PARAMETERS), relations) == []
