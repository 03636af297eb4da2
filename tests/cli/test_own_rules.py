"""A user's own folder of rules: loaded like ours, refused with what, where and what next, and never in the way."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.test_cli import run

A1 = "990010010260001"
HEADER = "sid,home_rcdts,serving_rcdts,school_year,enrollment_date,entry_grade_level,percent_day_attended"
ROWS = (
    f"100000001,{A1},{A1},2017,2016-08-22,03,1.00",
    f"100000001,{A1},{A1},2018,2017-08-21,04,0.50",
    f"100000001,{A1},{A1},2019,2018-08-20,05,0.50",
    f"100000002,{A1},{A1},2019,2018-08-20,05,1.50",
)
RULE = {
    "id": "MY-001",
    "title": "Not a whole day",
    "source": "Enrollment | Letter of the superintendent",
    "table": "enrollment",
    "columns": "percent_day_attended",
    "reads": "enrollment(sid, percent_day_attended)",
    "message": "The student does not attend the whole day.",
    "expected": "1.00",
    "fix": "Correct the Percent of Day Attended.",
}
QUERY = "select _row, percent_day_attended = 1 as holds from enrollment"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("extract").mkdir()
    Path("extract/enrollment.csv").write_text("\n".join([HEADER, *ROWS, ""]), "utf-8")
    return tmp_path


def write(name: str, query: str = QUERY, more: str = "", **lines: str | None) -> None:
    """A rule in ``own/NAME``: the header of RULE with the lines given, without those that are None."""
    file = Path("own") / name
    file.parent.mkdir(parents=True, exist_ok=True)
    header = {**RULE, **lines}
    text = "".join(f"-- {key}: {value}\n" for key, value in header.items() if value is not None)
    file.write_text(f"{text}{query};\n{more}", "utf-8")


def check(*more: str, status: int) -> Mapping[str, dict[str, str]]:
    """Rule id -> line of rule_results.csv."""
    run("check", "extract", "--rules", "own", "--as-of", "2018-11-30", "-q", *more, status=status)
    with Path("sis-audit-out/rule_results.csv").open(encoding="utf-8") as file:
        return {row["rule_id"]: row for row in csv.DictReader(file)}


# ---------------------------------------------------------------------------------------------------------------------
# Loaded like ours


def test_a_rule_of_ones_own_is_judged_listed_and_explained(here: Path) -> None:
    write("mine.sql")
    result = check(status=1)["MY-001"]
    assert (result["status"], result["population"], result["findings"]) == ("findings", "4", "3")
    assert "MY-001" in run("rules", "list", "--rules", "own", "--section", "MY").stdout
    said = run("explain", "my-001", "extract", "--rules", "own", "--as-of", "2018-11-30").stdout
    assert "Letter of the superintendent" in said
    assert "findings: findings 3, records judged 4, undetermined 0" in said
    assert "MY-001" not in run("rules", "list").stdout


def test_folders_patterns_and_models_are_read_as_in_a_rulebook(here: Path) -> None:
    write("attendance/half.sql", "select _row, is_half is distinct from true as holds from halves", id="MY-002")
    write("patterns/grade.sql", "select _row, entry_grade_level <> '{grade}' as holds from enrollment", id="{id}")
    Path("own/patterns/grade.csv").write_text("id,title,grade\nMY-003,Grade 3,03\nMY-004,Grade 5,05\n")
    Path("own/models").mkdir()
    Path("own/models/halves.sql").write_text(
        "-- model: halves\n-- doc: Whether a row is half a day.\n"
        "select _row, percent_day_attended = 0.5 as is_half from enrollments\n"
    )
    results = check("--select", "MY", status=1)
    assert {k: r["findings"] for k, r in results.items() if k.startswith("MY")} == {
        "MY-002": "2",
        "MY-003": "1",
        "MY-004": "2",
    }


# ---------------------------------------------------------------------------------------------------------------------
# Dated rules: versions of one rule, each with its years

DATED = """
-- years: 2018-2018
-- message: In 2017-18 the half day was enough.
select _row, percent_day_attended >= 0.5 as holds from enrollment where school_year >= 2018 and school_year <= 2018;

-- years: 2019-
-- expected: any part of a day up to 1.00
select _row, percent_day_attended <= 1 as holds from enrollment where school_year >= 2019
"""


def test_versions_of_a_rule_judge_each_their_years(here: Path) -> None:
    write("mine.sql", QUERY + " where school_year <= 2017", DATED, years="2000-2017", key="sid, school_year")
    result = check("--select", "MY", status=1)["MY-001"]
    assert (result["population"], result["findings"]) == ("4", "1")
    with Path("sis-audit-out/exceptions.csv").open(encoding="utf-8") as file:
        (found,) = csv.DictReader(file)
    assert found["exception_key"] == '{"school_year":"2019","sid":"100000002"}'
    assert found["expected"] == "any part of a day up to 1.00"
    assert found["message"] == RULE["message"]


def test_versions_of_a_rule_are_told_with_their_years(here: Path) -> None:
    write("mine.sql", QUERY + " where school_year <= 2017", DATED, years="2000-2017")
    assert "Years       2000 to 2017; 2018 to 2018; from 2019" in run("explain", "MY-001", "--rules", "own").stdout
    sql = run("explain", "MY-001", "--rules", "own", "--sql").stdout
    assert sql.index("enrollment, 2000-2017:") < sql.index("enrollment, 2018-2018:") < sql.index("enrollment, 2019-:")
    export = run("rules", "export", "--rules", "own").stdout
    (row,) = (r for r in csv.DictReader(export.splitlines()) if r["rule_id"] == "MY-001")
    assert row["years"] == "2000-2017, 2018-2018, 2019-"


@pytest.mark.parametrize("years", ["2000-2018", "", "2018-"])
def test_versions_of_a_rule_must_not_cover_the_same_year(here: Path, years: str) -> None:
    write("mine.sql", QUERY, DATED, years=years or None)
    said = run("check", "extract", "--rules", "own", status=3).stderr
    assert "own/mine.sql: two versions for enrollment cover the same school years" in said


# ---------------------------------------------------------------------------------------------------------------------
# Refused: what, where, what next


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": None}, "header lacks title"),
        ({"colour": "red"}, "header line 'colour' is not known (nearest: columns); known: id, title,"),
        ({"severity": "eror"}, "severity: 'eror' should be error, warning or info"),
        ({"kind": "metric"}, "kind: 'metric' should be row, cross, group, completeness, snapshot"),
        ({"grain": "student"}, "grain: 'student' should be row (one finding per row) or key"),
        ({"years": "since 2019"}, "years: 'since 2019' should be as 2019- or 2015-2018"),
        ({"executable": "partly"}, "executable: 'partly' should be full, may over-report: WHY"),
        ({"source": "Enrollment"}, "source: 'Enrollment' should be SECTION | FIRST WORDS"),
        ({"id": "KEY-mine"}, "id: 'KEY-mine' should be letters, digits and hyphens, not beginning with KEY-"),
        ({"table": "enrolment"}, "table: there is no table 'enrolment' (nearest: enrollment)"),
        ({"key": "sidd"}, "key: there is no column enrollment.sidd (nearest: sid)"),
        ({"columns": "percent_attended"}, "columns: percent_attended is not of enrollment, nor read or given by it"),
        (
            {"columns": "legal_last_name", "query": QUERY.replace("percent", "legal_last_name, percent")},
            "legal_last_name: a",
        ),
        ({"message": "{legal_last_name} is absent."}, "legal_last_name: a person's name"),
        ({"reads": "enrollment"}, "reads: 'enrollment' should be as enrollment(sid, exit_date)"),
        ({"reads": "enrolment(sid)"}, "reads: there is no table 'enrolment' (nearest: enrollment)"),
        ({"reads": "enrollment(sidd)"}, "reads: there is no column enrollment.sidd (nearest: sid)"),
        ({"query": "delete from enrollment"}, "the query should be one select"),
        ({"query": "select sid, true as holds from enrollment"}, "the query gives no column _row"),
        ({"query": "select _row, true as hold from enrollment"}, "the query gives no column holds"),
        ({"query": "-- only words"}, "line 10 is neither 'key: value' nor an indented continuation"),
        ({"id": "IL-ENR-010"}, "the id IL-ENR-010 is taken by Illinois"),
        ({"id": "IL-EXIT-020"}, "the id IL-EXIT-020 is taken by Illinois"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_rule_is_said(here: Path, change: dict[str, str | None], says: str) -> None:
    write("mine.sql", **change)
    result = run("check", "extract", "--rules", "own", status=3)
    assert result.stderr.startswith(f"sis-audit: --rules: own/mine.sql: {says}")
    assert "sis-audit new-rule SECTION" in result.stderr
    assert not Path("sis-audit-out").exists()
    own = ("--rules", "own", "--state", "illinois")
    assert run("rules", "list", *own, status=3).stderr == result.stderr
    assert run("explain", "ENR-010", *own, status=3).stderr == result.stderr


def test_an_id_stands_once(here: Path) -> None:
    write("mine.sql")
    write("other.sql")
    assert (
        "other.sql: the id MY-001 is taken by own/mine.sql" in run("rules", "list", "--rules", "own", status=3).stderr
    )


def test_a_folder_without_rules(here: Path) -> None:
    Path("own").mkdir()
    assert "there is no rule in own" in run("check", "extract", "--rules", "own", status=3).stderr
    assert "there is no folder nowhere" in run("rules", "list", "--rules", "nowhere", status=2).stderr


def test_a_file_that_is_no_text(here: Path) -> None:
    write("mine.sql")
    Path("own/mine.sql").write_bytes(b"\xff\xfe\x00")
    assert "own/mine.sql: can't be read" in run("check", "extract", "--rules", "own", status=3).stderr


def test_a_model_of_ones_own_has_a_name_of_its_own(here: Path) -> None:
    write("mine.sql")
    Path("own/models").mkdir()
    for name, says in {"enrollments": "choose another", "Two Words": "header lacks model: NAME"}.items():
        Path("own/models/m.sql").write_text(f"-- model: {name}\nselect 1 as one\n")
        assert says in run("check", "extract", "--rules", "own", status=3).stderr


# ---------------------------------------------------------------------------------------------------------------------
# Fails while it runs: that rule alone


def test_a_rule_that_fails_harms_itself_alone_and_says_so(here: Path) -> None:
    write("good.sql", id="MY-002")
    write("bad.sql", "select _row, no_such_column = 1 as holds from enrollment")
    result = run("check", "extract", "--rules", "own", "--as-of", "2018-11-30", status=3)
    assert "1 failed" in result.stdout
    assert "Failed to run\n  MY-001  own/bad.sql: Binder Error: Referenced column" in result.stdout
    assert "Could not judge: MY-001 failed" in result.stdout
    results = check("--exit-zero", status=3)
    assert results["MY-001"]["status"] == "error"
    assert results["MY-002"]["status"] == results["IL-ENR-010"]["status"] == "findings"
    assert "MY-001" in Path("sis-audit-out/report/index.html").read_text("utf-8").partition("Failed to run")[2]


def test_a_rule_that_fails_over_a_value_does_not_tell_it(here: Path) -> None:
    write("bad.sql", "select _row, cast(sid as date) > date '2000-01-01' as holds from enrollment")
    result = check("--select", "MY", status=3)["MY-001"]
    assert result["status"] == "error"
    assert result["reason"].startswith("own/bad.sql: ConversionException while it ran")
    assert "100000001" not in result["reason"]


def test_a_model_that_fails_harms_the_rules_that_use_it_alone(here: Path) -> None:
    write("good.sql", id="MY-002")
    write("bad.sql", "select _row, is_half as holds from halves")
    Path("own/models").mkdir()
    Path("own/models/halves.sql").write_text(
        "-- model: halves\nselect _row, no_such_column as is_half from enrollment\n"
    )
    results = check("--select", "MY", status=3)
    assert results["MY-001"]["status"] == "error"
    assert results["MY-001"]["reason"].startswith("model halves: Binder Error")
    assert results["MY-002"]["status"] == "findings"


def test_explain_shows_how_a_rule_failed(here: Path) -> None:
    write("bad.sql", "select _row, no_such_column = 1 as holds from enrollment")
    result = run("explain", "MY-001", "extract", "--rules", "own", status=3)
    assert "error: own/bad.sql: Binder Error: Referenced column" in result.stdout
