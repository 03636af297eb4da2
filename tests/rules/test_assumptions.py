"""What the state leaves open is a setting: a value other than the default changes what a rule asks for."""

from pathlib import Path
from typing import Any

import pytest

from audit import rulebook_load
from audit.assumptions import AssumptionError
from audit.rulebook import Rulebook
from tests.rules.harness import Bench

NONE = {"nighttime_residence_code": None, "unaccompanied_youth_indicator": None}


def with_setting(name: str, value: str, folder: Path, book: str = "illinois") -> Bench:
    return Bench(rulebook_load.load(book, ((name, value),)), folder)


def found(bench: Bench, rule_id: str, **tables: list[dict[str, Any]]) -> set[str]:
    """The sids (ids) of the rows that the rule finds."""
    bench.fill(tables)
    outcome, rows = bench.run(bench.rulebook.rules[rule_id])
    assert outcome.status == "passed", outcome.reason
    key = bench.rulebook.rules[rule_id].key[0]
    return {row[key] for row in rows}


def test_every_assumption_is_that_of_a_rule_that_says_so(rulebook: Rulebook) -> None:
    resting = {name for rule in rulebook.rules.values() for name in rule.assumes}
    assert resting == set(rulebook.assumptions)
    for rule in rulebook.rules.values():
        for name in rule.assumes:
            assert rulebook.assumptions[name].said in rule.note
            assert f"(setting assumptions.{name})" in rule.note


def test_no_query_is_left_with_an_open_name(rulebook: Rulebook) -> None:
    names = set(rulebook.assumptions)
    queries = [p.sql or "" for r in rulebook.rules.values() for p in r.parts] + [
        m.sql for m in rulebook.models.values()
    ]
    assert [q for q in queries if any(f":{name}" in q for name in names)] == []


@pytest.mark.parametrize("fields", ["el_entry_status_code", "el_entry_status_code, tbe_indicator"])
def test_mandatory_fields_of_an_el_record(tmp_path: Path, fields: str) -> None:
    bench = with_setting("el_mandatory", fields, tmp_path)
    rule = bench.rulebook.rules["IL-EXIT-005"]
    assert rule.columns == tuple(fields.split(", "))
    assert {c for t, c in rule.reads if t == "el"} == {"sid", "school_year", *rule.columns}
    assert f"{fields} (setting" in rule.note
    records = [
        {"sid": "s1", "el_services_start_date": None, "tbe_indicator": "01"},
        {"sid": "s2", "el_entry_status_code": None, "tbe_indicator": "01"},
        {"sid": "s3", "tbe_indicator": None},
    ]
    people = [{"sid": r["sid"]} for r in records]
    students = [{"sid": r["sid"], "el_indicator": "01"} for r in records]
    tables = {"exit_enrollment": people, "enrollment": people, "student": students, "el": records}
    assert found(bench, "IL-EXIT-005", **tables) == ({"s2", "s3"} if "tbe" in fields else {"s2"})


def test_mandatory_fields_of_other_records(tmp_path: Path) -> None:
    person = [{}]
    student = [{"homeless_indicator": "01"}]
    tables = {"exit_enrollment": person, "enrollment": person, "student": student, "homeless": [NONE]}
    bench = with_setting("homeless_mandatory", "erroneous_indicator", tmp_path / "a")
    assert bench.rulebook.rules["IL-EXIT-011"].columns == ("erroneous_indicator",)
    assert found(bench, "IL-EXIT-011", **tables) == {"s1"}
    early = {"exit_enrollment": person, "enrollment": [{"entry_grade_level": "00"}]}
    record = {"program_type_code": None, "submitted_date": None}
    bench = with_setting("birth_to_3_mandatory", "submitted_date", tmp_path / "b")
    assert found(bench, "IL-EXIT-017", **early, birth_to_3=[record]) == {"s1"}
    assert found(bench, "IL-EXIT-017", **early, birth_to_3=[record | {"submitted_date": "2018-11-01"}]) == set()
    bench = with_setting("exit_mandatory", "exit_type_code", tmp_path / "c")
    rows = [{"exit_date": None}, {"sid": "s2", "exit_type_code": None}]
    assert found(bench, "IL-EXIT-004", exit_enrollment=rows) == {"s2"}


def test_exit_fields_of_a_teacher(tmp_path: Path) -> None:
    bench = with_setting("teacher_exit_fields", "course_end_date;exit_reason_code;actual_attendance", tmp_path)
    whole = {"course_end_date": "2018-11-01", "exit_reason_code": "01", "actual_attendance": 50}
    rows = [whole, {"iein": "2", **whole, "actual_attendance": None}, {"iein": "3", "actual_attendance": 50}]
    assert found(bench, "IL-TCAE-006", teacher_course_assignment=rows) == {"2", "3"}


def test_end_of_the_first_semester(tmp_path: Path, bench: Bench) -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        "el_screener": [{"screener_date": "2019-01-20"}],
        "enrollment": [{"entry_grade_level": "01"}],
    }
    param = {"run_param": [{"first_semester_end": "01-10"}]}
    assert found(bench, "IL-ELS-004", **tables) == set()
    assert found(bench, "IL-ELS-004", **tables, **param) == {"s1"}
    early = with_setting("first_semester_end", "01-15", tmp_path / "a")
    assert found(early, "IL-ELS-004", **tables) == {"s1"}
    late = with_setting("first_semester_end", "01-25", tmp_path / "b")
    assert found(late, "IL-ELS-004", **tables, **param) == set()


def test_length_of_a_state_id(tmp_path: Path) -> None:
    profile = {"student_id": "p1", "state_id": "1234567890", "profile_source": "sis_import", "is_active": "01"}
    tables = {
        "al_sp_profile": [profile, profile | {"student_id": "p2", "state_id": "123"}],
        "al_sis_student": [{"state_id": "1234567890"}, {"state_id": "123"}],
    }
    any_length = Bench(rulebook_load.load("alabama"), tmp_path / "a")
    assert found(any_length, "AL-SP-015", **tables) == set()
    ten = with_setting("state_id_length", "10", tmp_path / "b", "alabama")
    assert found(ten, "AL-SP-015", **tables) == {"p2"}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("el_mandatry", "sid", "there is no assumption 'el_mandatry'. Nearest: el_mandatory."),
        ("el_mandatory", "el_start", "el_mandatory: 'el_start' is no column of el. As in district_first"),
        ("el_mandatory", "", "el_mandatory: '' is no column of el."),
        ("first_semester_end", "31 January", "first_semester_end: '31 January' is no day of the year. Write MM-DD"),
        ("first_semester_end", "13-01", "is no day of the year"),
    ],
)
def test_what_can_not_be_assumed(name: str, value: str, says: str) -> None:
    with pytest.raises(AssumptionError) as error:
        rulebook_load.load("illinois", ((name, value),))
    assert says in str(error.value)


def test_a_rulebook_with_another_assumption_is_another_version(illinois: Rulebook) -> None:
    other = rulebook_load.load("illinois", (("first_semester_end", "01-15"),))
    assert other.version != illinois.version
    assert rulebook_load.load("illinois", (("first_semester_end", "01-31"),)).assumptions["first_semester_end"].given
