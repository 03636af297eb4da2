"""Assumptions as settings: --assume, the environment, [assumptions] in sis-audit.toml; what is said of them."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.test_cli import run

TEACHERS = """iein,school_year,course_end_date,exit_reason_code,actual_attendance
1,2019,2018-11-01,01,
2,2019,2018-11-01,,50
"""
ONE = ["--select", "TCAE-006", "--as-of", "2018-11-30", "--state", "illinois"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("extract").mkdir()
    Path("extract/teacher_course_assignment.csv").write_text(TEACHERS, "utf-8")
    return tmp_path


def lines() -> list[str]:
    with Path("sis-audit-out/exceptions.csv").open(encoding="utf-8") as file:
        return [f"{row['line_number']} {row['column_name']}" for row in csv.DictReader(file)]


def test_default(here: Path) -> None:
    run("check", "extract", *ONE, "-q", status=1)
    assert lines() == ["3 exit_reason_code"]
    page = Path("sis-audit-out/report/index.html").read_text("utf-8")
    assert "What belongs to the exit of a teacher" in page.partition("What the rules take for granted")[2]
    assert "course_end_date, exit_reason_code</td><td>default</td><td>IL-TCAE-006" in page.replace("<wbr>", "")


def test_option_before_environment_before_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sis-audit.toml").write_text(
        '[assumptions]\nteacher_exit_fields = ["actual_attendance", "course_end_date"]\nfirst_semester_end = "01-15"\n'
    )
    run("check", "extract", *ONE, "-q", status=1)
    assert lines() == ["2 actual_attendance"]
    stored = json.loads(Path("sis-audit-out/run.json").read_text("utf-8"))["options"]["assumptions"]
    assert stored == {"teacher_exit_fields": "actual_attendance,course_end_date", "first_semester_end": "01-15"}
    monkeypatch.setenv("SIS_AUDIT_ASSUMPTIONS", "teacher_exit_fields=exit_reason_code")
    run("check", "extract", *ONE, "-q")
    assert lines() == []
    run("check", "extract", *ONE, "-q", "--assume", "teacher_exit_fields=exit_reason_code,actual_attendance", status=1)
    assert lines() == ["2 actual_attendance", "3 exit_reason_code"]
    stored = json.loads(Path("sis-audit-out/run.json").read_text("utf-8"))["options"]["assumptions"]
    assert stored["first_semester_end"] == "01-15"


def test_they_are_listed_and_told_with_the_rules_that_rest_on_them(here: Path) -> None:
    Path("sis-audit.toml").write_text('[assumptions]\nfirst_semester_end = "01-15"\n')
    rows = list(csv.DictReader(io.StringIO(run("rules", "assumptions", "--format", "csv").stdout)))
    told = {r["name"]: r for r in rows}
    assert (told["first_semester_end"]["value"], told["first_semester_end"]["from"]) == ("01-15", "setting")
    assert (told["first_semester_end"]["default"], told["first_semester_end"]["rules"]) == ("01-31", "IL-ELS-004")
    assert told["el_mandatory"]["from"] == "default"
    assert all(r["meaning"] and r["rules"] for r in rows)
    said = " ".join(run("rules", "show", "ELS-004").stdout.split())
    assert "is assumed: 01-15 (setting assumptions.first_semester_end)." in said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("first_semestr_end=01-15", "there is no assumption 'first_semestr_end'. Nearest: first_semester_end."),
        ("first_semester_end", "--assume: 'first_semester_end' should be NAME=VALUE"),
        ("first_semester_end=soon", "first_semester_end: 'soon' is no day of the year. Write MM-DD"),
        ("teacher_exit_fields=colour", "'colour' is no column of teacher_course_assignment."),
    ],
)
def test_refused(here: Path, given: str, says: str) -> None:
    result = run("check", "extract", *ONE, "--assume", given, status=2)
    assert says in result.stderr
    assert not Path("sis-audit-out").exists()


def test_a_settings_file_may_serve_two_states(here: Path) -> None:
    Path("sis-audit.toml").write_text("[assumptions]\nstate_id_length = 10\n")
    run("check", "extract", *ONE, "-q", status=1)
