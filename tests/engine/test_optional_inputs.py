"""Rules that can do without some of their inputs: what they judge when these are not supplied."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from audit import run
from audit.progress import Silent
from audit.settings import Options

A1, B1 = "010010010260001", "020020020260001"
KEY = "sid,home_rcdts,serving_rcdts,school_year"
COURSE = f"{KEY},state_course_code,local_course_id,section_number,term_code"
ENROLLMENT = f"""
{KEY},enrollment_date,entry_grade_level,exit_date,exit_type_code
s1,{B1},{B1},2019,2018-08-20,10,,
"""

Audit = Callable[..., dict[str, str]]


def write(folder: Path, tables: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text.strip() + "\n", "utf-8")
    return folder


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """One rule over tables as CSV text, and those of a snapshot: its status, population, findings, undetermined."""

    def audit_(rule: str, previous: dict[str, str] | None = None, **tables: str) -> dict[str, str]:
        options = Options(
            extract=write(tmp_path / "now", tables),
            previous=write(tmp_path / "before", previous) if previous else None,
            out=tmp_path / "out",
            as_of=dt.date(2018, 11, 30),
            select=(rule,),
        )
        run.check(options, Silent())
        with (tmp_path / "out" / "rule_results.csv").open(encoding="utf-8", newline="") as file:
            row = next(row for row in csv.DictReader(file) if row["rule_id"] == rule)
        return {k: row[k] for k in ("status", "population", "findings", "undetermined")}

    return audit_


def result(status: str, population: int, findings: int, undetermined: int = 0) -> dict[str, str]:
    counts = {"population": population, "findings": findings, "undetermined": undetermined}
    return {"status": status} | {k: str(v) for k, v in counts.items()}


# -- a snapshot -------------------------------------------------------------------------------------------------------

OUTSIDE = f"""
{COURSE},course_start_date
s1,{A1},{A1},2019,02052A000,T,1,S1,2018-09-01
s1,{A1},{A1},2018,02052A000,T,1,S1,2017-09-01
"""


def test_outside_courses_without_a_snapshot_are_those_of_the_year(audit: Audit) -> None:
    found = audit("IL-OCA-001", outside_course=OUTSIDE, enrollment=ENROLLMENT)
    assert found == result("findings", 1, 1)


def test_outside_courses_that_the_snapshot_does_not_have_as_table(audit: Audit) -> None:
    found = audit("IL-OCA-001", {"enrollment": ENROLLMENT}, outside_course=OUTSIDE, enrollment=ENROLLMENT)
    assert found == result("findings", 1, 1)


def test_outside_courses_that_are_not_in_the_snapshot(audit: Audit) -> None:
    before = {"outside_course": "\n".join(OUTSIDE.strip().splitlines()[:2])}
    found = audit("IL-OCA-001", before, outside_course=OUTSIDE, enrollment=ENROLLMENT)
    assert found == result("findings", 1, 1)


def test_a_column_that_only_one_side_has_is_no_change(audit: Audit) -> None:
    before = {"outside_course": OUTSIDE.replace(",course_start_date", ",course_credit").replace("-09-01", "")}
    found = audit("IL-OCA-001", before, outside_course=OUTSIDE, enrollment=ENROLLMENT)
    assert found == result("not_applicable", 0, 0)


PRENATAL = """
prenatal_id,fiscal_year,exit_reason,due_date,services_start_date
p1,2018,new_fiscal_year,2018-09-01,2018-03-01
p1,2019,,2018-09-20,2018-03-01
p2,2018,new_fiscal_year,2018-09-01,2018-03-01
"""


def test_a_record_carried_over_need_only_exist_without_a_snapshot(audit: Audit) -> None:
    assert audit("IL-PRE-003", prenatal=PRENATAL) == result("findings", 2, 1)


def test_a_record_carried_over_is_compared_on_the_night_it_appears(audit: Audit) -> None:
    before = {"prenatal": "\n".join(PRENATAL.strip().splitlines()[:2])}
    assert audit("IL-PRE-003", before, prenatal=PRENATAL) == result("findings", 2, 2)


# -- columns and tables -----------------------------------------------------------------------------------------------

COLLEGE = f"""
{COURSE}
s1,{A1},{A1},2019,02052A000,T,1,S1
s1,{A1},{A1},2019,02072A000,T,1,S1
"""
IN_COURSE_FILE = f"""
{COURSE},dual_credit
s1,{A1},{A1},2019,02052A000,T,1,S1,01
s1,{A1},{A1},2019,02072A000,T,1,S1,02
s2,{A1},{A1},2019,02072A000,T,1,S1,01
s1,{A1},{A1},2018,02072A000,T,1,S1,01
"""


def test_dual_credit_of_the_course_file_counts_where_the_college_file_has_no_such_column(audit: Audit) -> None:
    found = audit("IL-CCA-015", college_course=COLLEGE, student_course_assignment=IN_COURSE_FILE)
    assert found == result("findings", 2, 1)


def test_dual_credit_that_no_file_tells(audit: Audit) -> None:
    assert audit("IL-CCA-015", college_course=COLLEGE) == result("passed", 2, 0, 2)


def test_dual_credit_of_the_college_file_needs_no_other(audit: Audit) -> None:
    rows = COLLEGE.replace("term_code", "term_code,dual_credit").replace("S1\n", "S1,02\n")
    assert audit("IL-CCA-015", college_course=rows) == result("findings", 2, 2)


def test_a_funding_that_is_not_supplied_is_not_judged(audit: Audit) -> None:
    found = audit(
        "IL-PSCA-006",
        enrollment=ENROLLMENT,
        early_childhood=f"{KEY},local_funding\ns1,{B1},{B1},2019,none",
        preschool_course_assignment=f"{COURSE}\n"
        f"s1,{B1},{B1},2019,73028APLD,T,1,Y1\n"
        f"s1,{B1},{B1},2019,73028ATIT,T,1,Y1\n",
    )
    assert found == result("findings", 1, 1)


def test_preschool_courses_are_judged_without_enrollments_too(audit: Audit) -> None:
    found = audit(
        "IL-PSCA-006",
        early_childhood=f"{KEY},local_funding\ns1,{B1},{B1},2019,none",
        preschool_course_assignment=f"{COURSE}\ns1,{B1},{B1},2019,73028APLD,T,1,Y1\n",
    )
    assert found == result("findings", 1, 1)


def test_one_exit_field_alone_is_never_half_filled(audit: Audit) -> None:
    found = audit("IL-TCAE-006", teacher_course_assignment="iein,course_end_date\n1,2018-11-01\n2,\n")
    assert found == result("passed", 2, 0)


# -- early childhood, EL ----------------------------------------------------------------------------------------------

CHILD = f"{KEY},submitter_rcdt,local_funding,title_1_funding"


def test_an_early_childhood_record_with_a_new_column_is_not_changed(audit: Audit) -> None:
    row = f"s1,{A1},{A1},2019,{A1[:11]},half_day,"
    found = audit(
        "IL-EC-014",
        {"early_childhood": f"{CHILD}\n{row}none"},
        enrollment=ENROLLMENT,
        early_childhood=f"{CHILD},ei_number\n{row}none,12345\ns2,{A1},{A1},2019,{A1[:11]},half_day,none,",
    )
    assert found == result("findings", 1, 1)


def test_an_el_record_with_a_new_column_is_not_changed(audit: Audit) -> None:
    columns = "sid,school_year,el_services_start_date,el_services_end_date,class_periods_per_week_code"
    columns += ",el_services_provided_code"
    row = "2018,2017-08-27,2018-05-30,01"
    found = audit(
        "IL-EL-007",
        {"el": f"{columns}\ns1,{row},03\ns2,{row},03"},
        el=f"{columns},tbe_indicator\ns1,{row},03,01\ns2,{row},04,01",
    )
    assert found == result("findings", 2, 1)


def test_chicago_is_told_by_its_code_where_no_table_tells_it(audit: Audit) -> None:
    rows = f"{KEY},cps_value_preschool\ns1,{A1},{A1},2019,1\ns2,150162990252345,{A1},2019,1"
    assert audit("IL-EC-032", early_childhood=rows) == result("findings", 2, 1)


def test_chicago_is_told_by_its_code_where_the_table_lacks_the_column(audit: Audit) -> None:
    rows = f"{KEY},cps_value_preschool\ns1,{A1},{A1},2019,1\ns2,150162990252345,{A1},2019,1"
    found = audit("IL-EC-032", early_childhood=rows, entity=f"rcdts,entity_name\n{B1},Oak School")
    assert found == result("findings", 2, 1)


def test_the_length_of_a_funding_needs_only_one_of_the_fundings(audit: Audit) -> None:
    found = audit(
        "IL-EC-009",
        enrollment=f"{KEY},enrollment_date,percent_day_attended,exit_type_code\ns1,{A1},{A1},2019,2018-08-20,0.49,",
        early_childhood=f"{CHILD}\ns1,{A1},{A1},2019,,half_day,",
    )
    assert found == result("findings", 1, 1)


def test_the_length_of_a_funding_needs_one_of_the_fundings(audit: Audit) -> None:
    found = audit(
        "IL-EC-009",
        enrollment=f"{KEY},enrollment_date,percent_day_attended,exit_type_code\ns1,{A1},{A1},2019,2018-08-20,0.49,",
        early_childhood=f"{KEY}\ns1,{A1},{A1},2019",
    )
    assert found == result("not_run", 0, 0)


def test_refused_services_are_judged_by_the_indicators_that_are_supplied(audit: Audit) -> None:
    columns = "sid,school_year,el_services_start_date,el_entry_status_code,title_iii_indicator"
    found = audit("IL-EL-018", el=f"{columns}\ns1,2019,2018-08-27,14,01\ns2,2019,2018-08-27,14,02")
    assert found == result("findings", 2, 1)
