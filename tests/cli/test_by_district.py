"""check --by-district, report --district and --by: which reports are written, and that they say the same again."""

import csv
from pathlib import Path

import openpyxl
import pytest

from tests.test_cli import run

A, B = "01001001026", "02002002026"
ENROLLMENT = f"""sid,home_rcdts,serving_rcdts,school_year,enrollment_date,percent_day_attended
100000001,{A}0001,{A}0001,2019,2018-08-20,1.50
100000002,{A}0002,{A}0002,2019,2018-08-20,1.50
100000003,{B}0001,{B}0001,2019,2018-08-20,1.00
100000004,,,2019,2018-08-20,1.50
"""
ONE = ["--select", "ENR-010", "--as-of", "2018-11-30", "-q"]
REPORT = Path("sis-audit-out/report")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("extract").mkdir()
    Path("extract/enrollment.csv").write_text(ENROLLMENT, "utf-8")
    return tmp_path


def reports() -> list[str]:
    pages = (p.relative_to(REPORT) for p in REPORT.rglob("*.html") if p.name in ("index.html", "report.html"))
    return sorted(str(p) for p in pages if p.parts[0] != "rules")


def test_a_folder_for_each_district(here: Path) -> None:
    run("check", "extract", *ONE, "--by-district", status=1)
    assert reports() == [f"{A}/report.html", f"{B}/report.html", "index.html", "unassigned/report.html"]
    assert "Not ready to submit" in (REPORT / A / "report.html").read_text("utf-8")
    assert "Ready to submit" in (REPORT / B / "report.html").read_text("utf-8")
    for path in REPORT.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)
    run("check", "extract", *ONE, status=1)
    assert reports() == ["index.html"]


def test_report_builds_what_the_run_had(here: Path) -> None:
    run("check", "extract", *ONE, "--by-district", status=1)
    before = {p: p.read_bytes() for p in REPORT.rglob("*") if p.is_file()}
    for path in before:
        path.unlink()
    written = run("report", "sis-audit-out").stdout.split()
    assert {p: p.read_bytes() for p in REPORT.rglob("*") if p.is_file()} == before
    assert set(written) == {str(REPORT / name) for name in reports()}


def test_one_district_of_a_run_without_reports_of_districts(here: Path) -> None:
    run("check", "extract", *ONE, status=1)
    written = run("report", "sis-audit-out", "--district", "01-001-0010-26", "--by", "school").stdout.split()
    assert written == [
        str(REPORT / p) for p in (f"{A}/report.html", f"{A}/{A}0001/report.html", f"{A}/{A}0002/report.html")
    ]
    assert reports() == sorted([*(str(Path(p).relative_to(REPORT)) for p in written), "index.html"])
    run("report", "sis-audit-out", "--district", "unassigned")
    assert (REPORT / "unassigned" / "report.html").exists()


def test_workbooks_of_districts_if_asked_for(here: Path) -> None:
    run("check", "extract", *ONE, "--by-district", status=1)
    assert not list(REPORT.rglob("*.xlsx"))
    run("report", "sis-audit-out", "--district", A, "--xlsx")
    (path,) = REPORT.rglob("*.xlsx")
    head, *rows = openpyxl.load_workbook(path)["Exceptions"].iter_rows(values_only=True)
    with (path.parent / "exceptions.csv").open(encoding="utf-8-sig") as file:
        listed = list(csv.DictReader(file))
    assert [dict(zip(head, row, strict=True))["exception_key"] for row in rows] == [e["exception_key"] for e in listed]
    assert len(listed) == 2 and path.parent.name == A and path.stat().st_mode & 0o777 == 0o600
    run("check", "extract", *ONE, "--by-district", "--xlsx", status=1)
    assert {p.parent.name for p in REPORT.rglob("*.xlsx")} == {A, B, "unassigned"}


def test_the_first_page_is_a_summary_without_students(here: Path) -> None:
    run("check", "extract", *ONE, "--by-district", status=1)
    page = (REPORT / "index.html").read_text("utf-8")
    assert "1 of 2 districts is ready to submit" in page and "10000000" not in page
    assert (REPORT / "districts.csv").exists()


@pytest.mark.parametrize(
    "args, says",
    [
        (["--district", "03003003026"], "no record and no finding of 03003003026"),
        (["--district", "3"], "--district: '3' is no RCDT"),
        (["--by", "grade"], "--by: 'grade' is not known. Known: district, school."),
    ],
)
def test_usage_errors(here: Path, args: list[str], says: str) -> None:
    run("check", "extract", *ONE, status=1)
    assert says in run("report", "sis-audit-out", *args, status=2).stderr
    assert reports() == ["index.html"]
