"""Who sent a row: told by line 1 of a batch file, by a column, or by ``--submitter``; and said when nobody tells."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import fixtures
from audit import run
from audit.progress import Silent
from audit.rulebook import Rulebook
from audit.settings import Options
from tests.rules import factory

SENDER = "submitter_rcdt"
#: One student of district DA with a row in every table that says who sent it; a finding on the sender only.
ROWS: dict[str, list[dict[str, Any]]] = {
    "enrollment": [
        {"entry_grade_level": "14"},
        {"enrollment_date": "2018-07-02", "exit_date": "2018-08-01", "exit_type_code": "01"},
    ],
    "exit_enrollment": [{"enrollment_date": "2018-07-02", "exit_date": "2018-08-01"}],
    "teacher_course_assignment": [{}, {"section_number": "2", "course_end_date": "2018-11-01"}],
    "multiple_sid": [{"sid_keep": "s1", "sid_delete": "s2"}],
    "adjusted_cohort": [{"cohort_exit_type_code": "06"}],
    "preid_dlm": [{}], "preid_parcc": [{}], "preid_psat_sat": [{}], "parcc_correction": [{}], "rssp": [{}],
    "student": [{}], "birth_to_3": [{}], "caregiver": [{}], "college_course": [{}], "early_childhood": [{}],
    "early_childhood_outcomes": [{}], "el": [{}], "el_screener": [{}], "homeless": [{}], "immigrant": [{}],
    "prenatal": [{}], "prenatal_match": [{}], "address": [{}],
}  # fmt: skip


def write(rulebook: Rulebook, folder: Path, sender: str | None, student: str = "s1") -> Path:
    """The rows as named tables; with the column of the sender only if there is one."""
    folder.mkdir()
    for table, given in ROWS.items():
        own = [{"sid": student, **row} if "sid" in rulebook.tables[table].columns else row for row in given]
        rows = factory.frame(rulebook, table, own).drop("_file", "_line", "submitted_date", strict=False)
        rows = rows.with_columns(pl.lit(sender, pl.String).alias(SENDER)) if sender else rows.drop(SENDER)
        rows.write_csv(folder / f"{table}.csv")
    return folder


def outcomes(extract: Path, out: Path, **more: Any) -> dict[str, dict[str, str]]:
    """Rule -> its line of rule_results.csv."""
    run.check(Options(extract=extract, out=out, as_of=factory.AS_OF, **more), Silent())
    with (out / "rule_results.csv").open(encoding="utf-8", newline="") as file:
        return {row["rule_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def before(illinois: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot of another student's rows, so that all rows of this one are new."""
    return write(illinois, tmp_path_factory.mktemp("before") / "in", None, "s9")


@pytest.fixture(scope="module")
def asking(illinois: Rulebook) -> set[str]:
    """The rules that ask who sent a row."""
    found = {r.id for r in illinois.rules.values() for p in r.parts if any(c == SENDER for _, c in p.reads)}
    assert len(found) == 25
    return found


@pytest.mark.parametrize("told", ["column", "option"])
def test_right_and_wrong_senders(told: str, illinois: Rulebook, before: Path, asking: set[str], tmp_path: Path) -> None:
    found = {}
    for sender in (factory.DA, factory.DB):
        column = sender if told == "column" else None
        extract = write(illinois, tmp_path / f"in-{sender}", column)
        option = {} if column else {"submitter": sender}
        found[sender] = outcomes(extract, tmp_path / f"out-{sender}", previous=before, **option)
    own, other = found[factory.DA], found[factory.DB]
    assert {r for r in asking if own[r]["status"] != "passed"} == set()
    assert {r for r in asking if other[r]["status"] != "findings"} == set()
    assert {r for r in asking if own[r]["population"] != other[r]["population"]} == set()


def test_it_is_said_when_nobody_tells(illinois: Rulebook, before: Path, asking: set[str], tmp_path: Path) -> None:
    found = outcomes(write(illinois, tmp_path / "in", None), tmp_path / "out", previous=before)
    # the student who stays must be enrolled, whoever asks
    assert found["IL-MSID-001"]["status"] == "passed"
    for rule in asking - {"IL-MSID-001"}:
        assert found[rule]["status"] == "not_run", rule
        assert f".{SENDER}" in found[rule]["reason"], rule


def test_line_1_goes_before_the_option(asking: set[str], tmp_path: Path) -> None:
    fixtures.write_demo(tmp_path / "in")
    plain = outcomes(tmp_path / "in", tmp_path / "plain")
    other = outcomes(tmp_path / "in", tmp_path / "other", submitter=factory.DB)
    judged = {r for r in asking if int(plain[r]["population"])}
    assert {"IL-ENR-001", "IL-EXIT-001", "IL-EL-001", "IL-TCAE-002", "IL-CARE-001"} <= judged
    for rule in asking:
        assert plain[rule] | {"seconds": ""} == other[rule] | {"seconds": ""}
