"""The command and the check: files, columns, settings, what can't be measured."""

from __future__ import annotations

import csv
import datetime as dt
import html
import json
import re
import stat
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from audit import measuring, own_rules, query, run, session
from audit.cli import app
from audit.errors import INTERNAL, NOTHING, UserError
from audit.progress import Silent
from audit.settings import Options
from reports.wording import percent

A1, B1 = "010010010260001", "020020020260001"
ENROLLMENT = f"""\
sid,home_rcdts,serving_rcdts,school_year,enrollment_date,entry_grade_level,percent_day_attended,exit_date,exit_type_code
100000001,{A1},{A1},2018,2017-08-21,08,1.00,,
100000002,{A1},{A1},2018,2017-08-21,08,1.00,,
100000003,{B1},{B1},2018,2017-08-21,08,1.00,,
100000004,{B1},{B1},2018,2017-08-21,09,1.00,,
"""
COURSES = f"""\
sid,home_rcdts,serving_rcdts,school_year,state_course_code,local_course_id,section_number,term_code,\
final_letter_grade_code,course_credit
100000001,{A1},{A1},2018,02052A000,ALG,1,S2,05,0.5
100000002,{A1},{A1},2018,02052A000,ALG,1,S2,,0.5
100000004,{B1},{B1},2018,01001A000,ENG,1,S1,05,5.125
"""


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "enrollment.csv").write_text(ENROLLMENT)
    (folder / "student_course_assignment.csv").write_text(COURSES)
    return folder


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def options(extract: Path, out: Path, **more: Any) -> Options:
    return Options(extract=extract, out=out, as_of=dt.date(2018, 11, 30), **more)


def test_the_command_writes_entities_students_and_evidence(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = CliRunner().invoke(app, ["metrics", str(extract), "--out", str(out), "--as-of", "2018-11-30"])
    assert found.exit_code == 0, found.stderr
    assert (
        "Eighth graders passing Algebra I 2018 (definition of 2018): 33.3 %, 1 of 3; 33.3 % to 66.7 %" in found.stdout
    )
    head = {"metric": "algebra1", "definition": "2018", "school_year": "2018"}
    assert rows(out / "metrics" / "algebra1.csv") == [
        head | dict(zip(("level", "entity_rcdts", "numerator", "denominator", "rate", "low", "high"), row, strict=True))
        for row in (
            ("state", "", "1", "3", "0.333333", "0.333333", "0.666667"),
            ("district", A1[:11], "1", "2", "0.500000", "0.500000", "1.000000"),
            ("district", B1[:11], "0", "1", "0.000000", "0.000000", "0.000000"),
            ("school", A1, "1", "2", "0.500000", "0.500000", "1.000000"),
            ("school", B1, "0", "1", "0.000000", "0.000000", "0.000000"),
        )
    ]  # fmt: skip
    second = {**head, "sid": "100000002", "in_denominator": "true", "in_numerator": "false", "undetermined": "true"}
    assert rows(out / "metrics" / "algebra1_students.csv")[1] == {
        **second, "responsible_rcdts": A1, "reason": "02052A000: no final grade that decides"
    }  # fmt: skip
    (line,) = rows(out / "metrics" / "fot_evidence.csv")
    assert line == {
        "sid": "100000004", "home_rcdts": B1, "serving_rcdts": B1, "school_year": "2018",
        "state_course_code": "01001A000", "local_course_id": "ENG", "section_number": "1",
        "term_code": "S1", "counted": "true", "credit": "5.125", "grade_code": "05", "core": "true", "why": "passed",
    }  # fmt: skip
    assert [r["numerator"] + r["rate"] for r in rows(out / "metrics" / "algebra1_public.csv")] == [
        "10.333333",
        *["**"] * 4,
    ]
    for path in (out / "metrics").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_metric_one_definition_one_year(extract: Path, tmp_path: Path) -> None:
    given = ["metrics", str(extract), "--out", str(tmp_path / "out"), "--metric", "fot", "--definition", "2024"]
    found = CliRunner().invoke(app, [*given, "--school-year", "2018", "--as-of", "2018-11-30", "--format", "json"])
    (told,) = json.loads(found.stdout)
    assert (told["metric"], told["definition"], told["school_year"]) == ("fot", 2024, 2018)
    assert (told["numerator"], told["denominator"], told["rate"]) == (1, 1, "1.000000")


@pytest.mark.parametrize("year, definition", [(2018, 2018), (2023, 2018), (2024, 2024), (2031, 2024)])
def test_the_newest_definition_that_is_not_later_is_taken(
    extract: Path, tmp_path: Path, year: int, definition: int
) -> None:
    found = measuring.measure(options(extract, tmp_path / "out", metric_school_year=year), Silent(), [], None)
    assert {m["definition"] for m in found.metrics} == {definition}
    assert {(m["denominator"], m["rate"]) for m in found.metrics} <= {(0, None), (1, "1.000000"), (3, "0.333333")}


@pytest.mark.parametrize(
    "year, metrics, definition, what",
    [
        (2017, [], None, "--definition 2018"),
        (2018, ["algebra2"], None, "Known: algebra1, fot"),
        (2018, ["fot"], 2020, "Known: 2018, 2024"),
    ],
)
def test_what_does_not_exist_is_said(
    extract: Path, tmp_path: Path, year: int, metrics: list[str], definition: int | None, what: str
) -> None:
    with pytest.raises(UserError, match=what):
        measuring.measure(options(extract, tmp_path / "out", metric_school_year=year), Silent(), metrics, definition)
    assert not (tmp_path / "out").exists()


def test_without_courses_nothing_is_measured_and_said_why(extract: Path, tmp_path: Path) -> None:
    (extract / "student_course_assignment.csv").unlink()
    found = measuring.measure(options(extract, tmp_path / "out"), Silent(), [], None)
    assert (found.exit_status, found.metrics) == (NOTHING, [])
    assert all("not supplied: table student_course_assignment" in n for n in found.notices)
    assert not (tmp_path / "out" / "metrics").exists()


def test_a_check_measures_too_and_leaves_no_figures_of_another_run(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run.check(options(extract, out), Silent())
    told = {m["metric"]: m for m in json.loads((out / "run.json").read_text())["metrics"]}
    (repair,) = rows(out / "metrics" / "algebra1_repairs.csv")
    assert (repair["sid"], repair["file_name"], repair["line_number"], repair["what"]) == (
        "100000002", "student_course_assignment.csv", "3", "no final letter grade",
    )  # fmt: skip
    found = {(e["file_name"], e["line_number"], e["rule_id"]) for e in rows(out / "exceptions.csv")}
    assert repair["rules"].split() == sorted(r for f, n, r in found if (f, n) == (repair["file_name"], "3"))
    assert told["algebra1"]["rate"] == rows(out / "metrics" / "algebra1.csv")[0]["rate"] == "0.333333"
    (extract / "student_course_assignment.csv").unlink()
    again = run.check(options(extract, out), Silent())
    assert again.run["metrics"] == [] and not (out / "metrics").exists()
    assert any("Freshmen on track: not measured" in n for n in again.run["notices"])


def test_the_page_shows_figures_reasons_and_other_definitions_and_needs_no_network(
    extract: Path, tmp_path: Path
) -> None:
    (extract / "entity.csv").write_text(f"rcdts,entity_name,entity_type\n{A1},<b>Elm</b>,public_district\n")
    (extract / "student_course_assignment.csv").write_text(COURSES.replace(",S2,05,", ",S1,05,"))
    measuring.measure(options(extract, tmp_path / "out"), Silent(), [], None)
    page = (tmp_path / "out" / "metrics" / "algebra1.html").read_text("utf-8")
    assert (
        "default-src 'none'; script-src ;" in html.unescape(page)
        and "<script" not in page
        and "http" not in page.replace("http-equiv", "")
    )
    assert not re.search(r" (style|onclick|src)=", page)
    assert "&lt;b&gt;Elm" in page and "<b>Elm" not in page
    text = " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())
    assert "Rate 1 of 3 students 33.3 %" in text and "once all records are repaired 33.3 % – 66.7 %" in text
    assert "Passed numerator 1" in text and "Enrolled on its last day or later denominator 3" in text
    assert "100000002 Not in 02052A000: no final grade that decides undetermined near the line" in text
    assert "02052A000 passed with grade 05" in text
    assert "no final letter grade student_course_assignment.csv 3" in text
    # by the rules of 2024 a first semester is no final term
    assert "The definition of 2024 gives 0.0 %, 0 of 3. The two disagree on 1 student" in text
    assert "100000001 in: 02052A000 passed with grade 05 not in: no course that counts" in text


def test_settings_of_the_extract_move_the_window(extract: Path, tmp_path: Path) -> None:
    (extract / "run_param.csv").write_text(
        "as_of_date,metric_school_year,metric_window_start\n2018-11-30,2018,2017-08-20\n"
    )
    found = measuring.measure(Options(extract=extract, out=tmp_path / "out"), Silent(), ["algebra1"], None)
    assert found.metrics[0]["denominator"] == 0
    moved = Options(extract=extract, out=tmp_path / "out", metric_window_start=dt.date(2017, 8, 21))
    assert measuring.measure(moved, Silent(), ["algebra1"], None).metrics[0]["denominator"] == 3


@pytest.mark.parametrize(
    "part, whole, shown",
    [
        (0, 7, "0.0 %"), (1, 2_000_000, "<0.1 %"), (499, 1_000_000, "<0.1 %"), (1, 2000, "0.1 %"), (1, 3, "33.3 %"),
        (569, 2000, "28.5 %"), (3334999, 10_000_000, "33.3 %"), (1998, 2000, "99.9 %"), (1999, 2000, ">99.9 %"),
        (1_999_999, 2_000_000, ">99.9 %"), (7, 7, "100.0 %"),
    ],
)  # fmt: skip
def test_pages_never_round_to_nothing_or_all(part: int, whole: int, shown: str) -> None:
    assert percent(Fraction(part, whole)) == shown


def broken(metric: str) -> Any:
    """The rulebook with a metric whose query fails while it runs."""
    book = own_rules.rulebook("illinois", None)
    queries = {"lines": "select sid, error(sid) as wrong from metric_cohort"}
    return replace(
        book,
        metrics=tuple(replace(d, queries={**d.queries, **queries}) if d.metric == metric else d for d in book.metrics),
    )


def test_a_metric_that_fails_is_told_and_the_rest_is_written(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "rulebook_of", lambda _: broken("algebra1"))
    out = tmp_path / "out"
    result = run.check(options(extract, out, exit_zero=True), Silent())
    assert result.exit_status == INTERNAL
    told = json.loads((out / "run.json").read_text())
    assert [m["metric"] for m in told["metrics"]] == ["fot"] and told["exit_status"] == INTERNAL
    assert any("Eighth graders passing Algebra I (definition of 2018)" in n for n in told["notices"])
    assert "10000000" not in json.dumps(told["notices"])
    assert {p.name for p in (out / "metrics").iterdir()} >= {"fot.csv", "fot.html"}
    assert not list((out / "metrics").glob("algebra1*"))
    assert rows(out / "exceptions.csv") and (out / "report" / "index.html").is_file()
    _, found = query.ask(query.database(out), "select distinct metric from metric_students")
    assert found == [("fot",)]


def test_the_command_ends_with_4_when_a_metric_fails_and_writes_the_others(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "rulebook_of", lambda _: broken("fot"))
    found = measuring.measure(options(extract, tmp_path / "out"), Silent(), [], None)
    assert found.exit_status == INTERNAL and [m["metric"] for m in found.metrics] == ["algebra1"]
    assert any(n.startswith("error: Freshmen on track") for n in found.notices)
    assert (tmp_path / "out" / "metrics" / "algebra1.html").is_file()


def test_the_database_has_what_the_files_have(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run.check(options(extract, out), Silent())
    for ending, table in {
        "": "metric_entities", "_students": "metric_students", "_repairs": "metric_repairs",
        "_subgroups": "metric_subgroups", "_evidence": "metric_evidence",
    }.items():  # fmt: skip
        for metric in ("algebra1", "fot"):
            written = rows(out / "metrics" / f"{metric}{ending}.csv")
            if table == "metric_students":  # those who may count come first
                written.sort(key=lambda row: row["sid"])
            order = "sid" if table == "metric_students" else "rowid"
            names, stored = query.ask(query.database(out), f"from {table} where metric = '{metric}' order by {order}")
            shown = [dict(zip(names, map(as_text, row), strict=True)) for row in stored]
            assert len(written) == len(shown)
            assert all({k: s[k] for k in w} == w for w, s in zip(written, shown, strict=True))
    _, steps = query.ask(
        query.database(out), "select students from metric_funnel where metric = 'algebra1' order by step"
    )
    assert [n for (n,) in steps] == [4, 3, 3, 3, 3, 2, 1]


def test_students_who_can_not_count_stand_in_the_files_with_the_reason(extract: Path, tmp_path: Path) -> None:
    with (extract / "enrollment.csv").open("a") as file:
        for sid, year, grade, exit_type in (
            ("100000007", 2018, "10", ""), ("100000006", 2018, "09", "99"), ("100000005", 2017, "08", ""),
        ):  # fmt: skip
            file.write(f"{sid},{A1},{A1},{year},{year - 1}-08-21,{grade},1.00,,{exit_type}\n")
    measuring.measure(options(extract, tmp_path / "out"), Silent(), [], None)
    found = {m: rows(tmp_path / "out" / "metrics" / f"{m}_students.csv") for m in ("fot", "algebra1")}
    assert [(r["sid"], r["reason"]) for r in sorted(found["fot"], key=lambda r: r["sid"])[4:]] == [
        ("100000005", "no enrollment in 2017-18"),
        ("100000006", "only erroneous enrollments in 2017-18"),
        ("100000007", "not in grade 09 in 2017-18"),
    ]
    assert {r["reason"] for r in found["algebra1"] if r["sid"] == "100000007"} == {"not in grade 08 in 2017-18"}
    assert all(len(each) == 7 and len({r["sid"] for r in each}) == 7 for each in found.values())


def as_text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_the_report_names_both_rates_and_is_built_again_with_the_pages(extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run.check(options(extract, out), Silent())
    report = (out / "report" / "index.html").read_text("utf-8")
    for link in re.findall(r'href="([^"#][^"]*)"', report):
        assert (out / "report" / link).is_file()
    assert '"../metrics/algebra1.html"' in report and '"../metrics/fot.html"' in report
    text = " ".join(re.sub(r"<[^>]+>", " ", report).split())
    assert "1 of 3; 33.3 % to 66.7 % once all records are repaired" in text
    pages = {p.name: p.read_bytes() for p in (out / "metrics").glob("*.html")}
    assert set(pages) == {"algebra1.html", "fot.html"}
    for name in pages:
        (out / "metrics" / name).unlink()
    assert CliRunner().invoke(app, ["report", str(out)]).exit_code == 0
    assert {p.name: p.read_bytes() for p in (out / "metrics").glob("*.html")} == pages
    assert CliRunner().invoke(app, ["report", str(out), "--out", str(tmp_path / "again")]).exit_code == 0
    again = (tmp_path / "again" / "index.html").read_text("utf-8")
    assert (
        '"metrics/fot.html"' in again
        and (tmp_path / "again" / "metrics" / "fot.html").read_bytes() == pages["fot.html"]
    )


STUDENTS = """\
sid,el_indicator,race_code,gender_code
100000001,yes,11,F
100000002,no,16,M
100000003,no,??,F
"""


def test_subgroups_are_counted_by_the_columns_that_the_extract_has(extract: Path, tmp_path: Path) -> None:
    (extract / "student.csv").write_text(STUDENTS)
    measuring.measure(options(extract, tmp_path / "out"), Silent(), ["algebra1"], None)
    found = rows(tmp_path / "out" / "metrics" / "algebra1_subgroups.csv")
    figures = ("level", "entity_rcdts", "subgroup", "value", "label", "numerator", "denominator", "low", "high")
    state = [tuple(r[f] for f in figures[2:]) for r in found if r["level"] == "state"]
    assert state == [
        ("el", "01", "Yes", "1", "1", "1.000000", "1.000000"),
        ("el", "02", "No", "0", "2", "0.000000", "0.500000"),
        ("gender", "F", "Female", "1", "2", "0.500000", "0.500000"),
        ("gender", "M", "Male", "0", "1", "0.000000", "1.000000"),
        ("grade", "08", "Grade 8", "1", "3", "0.333333", "0.666667"),
        ("race", "", "not stated", "0", "1", "0.000000", "0.000000"),
        ("race", "11", "Hispanic or Latino", "1", "1", "1.000000", "1.000000"),
        ("race", "16", "White", "0", "1", "0.000000", "1.000000"),
    ]
    schools = [tuple(r[f] for f in figures) for r in found if r["level"] == "school" and r["subgroup"] == "el"]
    assert schools == [
        ("school", A1, "el", "01", "Yes", "1", "1", "1.000000", "1.000000"),
        ("school", A1, "el", "02", "No", "0", "1", "0.000000", "1.000000"),
        ("school", B1, "el", "02", "No", "0", "1", "0.000000", "0.000000"),
    ]
    public = rows(tmp_path / "out" / "metrics" / "algebra1_subgroups_public.csv")
    assert list(public[0]) == [c for c in found[0] if c not in ("low", "high")]
    for row, shown in zip(found, public, strict=True):
        hidden = row["level"] != "state"
        assert (shown["numerator"], shown["denominator"], shown["rate"]) == (
            ("*", "*", "*") if hidden else (row["numerator"], row["denominator"], row["rate"])
        )
    page = (tmp_path / "out" / "metrics" / "algebra1.html").read_text("utf-8")
    assert "Hispanic or Latino" in page and "English learner" in page and "Low income" not in page
