"""The workbook, junit.xml and datapackage.json hold what the stored results say, and no value of them runs."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import duckdb
import openpyxl
import polars as pl
import pytest
from sample import Sample

from audit.exceptions import COLUMNS
from reports import export
from reports.export import workbook
from reports.views import RESOLVED

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    '=HYPERLINK("http://x.example","y")',
    "http://x.example/",
    "</t></is></c><script>",
    "<r><t>a</t></r>",
    "<r></w></r>",
    "_x0041_",
    "tab\there",
    "bell\x07",
    "right \u202e to left",
    "00123",
    "10 kB " * 1700,
]


class Exported:
    """The files beside a database, and questions to it."""

    def __init__(self, folder: Path, sample: Sample, **options: Any) -> None:
        self.folder = folder
        self.database = sample.write(folder / "audit.duckdb")
        export.write(self.database, **options)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as con:
            return con.execute(sql).fetchall()

    @property
    def book(self) -> openpyxl.Workbook:
        return openpyxl.load_workbook(self.folder / "exceptions.xlsx")

    def rows(self, sheet: str) -> list[tuple[Any, ...]]:
        return list(self.book[sheet].iter_rows(values_only=True))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return Exported(tmp_path_factory.mktemp("exports"), Sample(findings=1500, history=True))


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Exported]:
    return lambda sample, **options: Exported(tmp_path, sample, **options)


def stored(of: Exported) -> list[tuple[Any, ...]]:
    """All findings as a spreadsheet holds them: nothing for an empty text."""
    columns = ", ".join(f"nullif({c}::varchar, '')" if c != "line_number" else c for c in COLUMNS)
    return of.query(f"select {columns} from exceptions order by rule_id, exception_key, file_name, line_number")


# ---------------------------------------------------------------------------------------------------------------------
# Workbook


def test_exceptions_sheet_equals_the_query(exported: Exported) -> None:
    head, *rows = exported.rows("Exceptions")
    assert head == COLUMNS
    assert rows == stored(exported)


def test_sheets_head_filter_and_widths(exported: Exported) -> None:
    assert exported.book.sheetnames == ["Read me", "Summary", "By rule", "Exceptions"]
    for name in ("By rule", "Exceptions"):
        sheet = exported.book[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == f"A1:{'K' if name == 'By rule' else 'P'}{sheet.max_row}"
    assert exported.book["Exceptions"].column_dimensions["M"].width > 50


def test_by_rule_equals_the_query(exported: Exported) -> None:
    head, *rows = exported.rows("By rule")
    assert head[:8] == ("Rule", "Severity", "What is wrong", "Findings", "Students", "Judged", "Could not be told",
                        "How to repair")  # fmt: skip
    expected = exported.query(
        """
        select rule_id, r.severity, r.title, count(*), count(distinct nullif(sid, '')), any_value(population),
               any_value(undetermined), r.fix
        from exceptions join rules r using (rule_id) join rule_results s using (rule_id)
        group by all order by rule_id"""
    )
    assert sorted(row[:8] for row in rows) == expected
    assert sum(row[3] for row in rows) == len(stored(exported))


def test_summary_equals_the_query(exported: Exported) -> None:
    rows = exported.rows("Summary")
    told = dict(row[:2] for row in rows)
    ((errors, warnings, infos),) = exported.query(
        "select count(*) filter (severity = 'error'), count(*) filter (severity = 'warning'), "
        "count(*) filter (severity = 'info') from exceptions"
    )
    assert told["Errors (the state would reject)"] == errors and told["Warnings (accepted, look again)"] == warnings
    assert told["Information"] == infos and told["Verdict"] == "Not ready to submit"
    assert told["New"] + told["Came back"] + told["Still open"] == errors + warnings + infos
    for head in ("Table", "School"):
        first = next(n for n, row in enumerate(rows) if row[0] == head) + 1
        numbers = [row[1:4] for row in takewhile(lambda row: row[0], rows[first:])]
        assert tuple(map(sum, zip(*numbers, strict=True))) == (errors, warnings, infos)


def test_leading_zeros_live(make: Callable[..., Exported]) -> None:
    finding = {"rule_id": "IL-ENR-010", "sid": "000000012", "home_rcdts": "010010010260001", "value": "007",
               "line_number": 3, "message": "m"}  # fmt: skip
    cells = make(Sample(findings=0, extra=[finding])).book["Exceptions"]
    shown = {head.value: cell for head, cell in zip(cells[1], cells[2], strict=True)}
    assert [(shown[c].value, shown[c].data_type) for c in ("sid", "home_rcdts", "value")] == [
        ("000000012", "s"), ("010010010260001", "s"), ("007", "s")]  # fmt: skip
    assert (shown["line_number"].value, shown["line_number"].data_type) == (3, "n")
    assert shown["sid"].number_format == "@"


def test_hostile_values_are_text(make: Callable[..., Exported]) -> None:
    fields = ("value", "sid", "home_rcdts", "serving_rcdts", "file_name", "column_name", "expected", "message")
    findings = [
        dict.fromkeys(fields, text) | {"rule_id": f"X-{n:02}", "line_number": n + 1} for n, text in enumerate(HOSTILE)
    ]
    made = make(Sample(findings=0, extra=findings))
    rows = list(made.book["Exceptions"].iter_rows(min_row=2))
    at = COLUMNS.index("value")
    assert [row[at].value.replace("_x0007_", "\x07").replace("_x005F_", "_") for row in rows] == HOSTILE
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s", "n"}
    with zipfile.ZipFile(made.folder / "exceptions.xlsx") as file:
        for name in file.namelist():
            part = file.read(name).decode()
            Xml.fromstring(part)
            assert not re.search(r"<f[ >]|<hyperlink|TargetMode", part), name


def test_what_a_cell_can_t_hold_says_so(make: Callable[..., Exported]) -> None:
    made = make(Sample(findings=0, extra=[{"rule_id": "X", "message": "m", "value": "y" * 40_000}]))
    value = made.rows("Exceptions")[1][COLUMNS.index("value")]
    assert len(value) == 32_767 and value.startswith("yyy") and "cut: the whole value is in exceptions.parquet" in value


def test_a_sheet_that_is_full_goes_on_in_the_next(
    make: Callable[..., Exported], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 100)
    made = make(Sample(findings=250))
    assert made.book.sheetnames[3:] == ["Exceptions", "Exceptions 2", "Exceptions 3"]
    parts = [made.rows(name) for name in made.book.sheetnames[3:]]
    assert [len(part) for part in parts] == [101, 101, 51]
    assert {part[0] for part in parts} == {COLUMNS}
    assert [row for part in parts for row in part[1:]] == stored(made)


def test_the_same_results_give_the_same_bytes(exported: Exported, tmp_path: Path) -> None:
    Exported(tmp_path, Sample(findings=1500, history=True))
    for name in ("exceptions.xlsx", "junit.xml", "datapackage.json"):
        assert (tmp_path / name).read_bytes() == (exported.folder / name).read_bytes(), name


def test_many_findings_are_written_only_if_asked_for(
    make: Callable[..., Exported], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_BY_DEFAULT", 29)
    made = make(Sample(findings=30))
    assert not (made.folder / "exceptions.xlsx").exists()
    export.write(made.database, workbook=True)
    assert len(made.rows("Exceptions")) == 31


def test_what_is_gone_has_a_sheet(tmp_path: Path) -> None:
    made = Exported(tmp_path, Sample(findings=40))
    with duckdb.connect(str(made.database)) as con:
        con.execute(
            "create table resolved as select * exclude (state, message), date '2018-11-29' as last_seen "
            "from exceptions limit 30"
        )
    export.write(made.database)
    head, *rows = made.rows("Resolved")
    assert head == RESOLVED
    columns = ", ".join(f"nullif({c}::varchar, '')" for c in RESOLVED)
    assert sorted(map(str, rows)) == sorted(map(str, made.query(f"select {columns} from resolved")))


def test_without_findings(make: Callable[..., Exported]) -> None:
    made = make(Sample(findings=0))
    assert made.rows("Exceptions") == [COLUMNS]
    assert dict(row[:2] for row in made.rows("Summary"))["Verdict"] == "Ready to submit"


def test_read_me_says_privacy_and_names(make: Callable[..., Exported]) -> None:
    told = dict(row for row in make(Sample(findings=5), names="full").rows("Read me") if row[0])
    assert "protected by FERPA" in told["Privacy"] and "names of persons in full" in told["Privacy"]
    assert "2018–19" in told["School year"]


# ---------------------------------------------------------------------------------------------------------------------
# JUnit


def junit(folder: Path) -> Xml.Element:
    return Xml.parse(folder / "junit.xml").getroot()


def test_one_test_case_for_each_rule(exported: Exported) -> None:
    root = junit(exported.folder)
    cases = {case.get("name", "").split()[0]: case for case in root.iter("testcase")}
    results = {row[0]: row for row in exported.query("select rule_id, status, reason from rule_results")}
    assert cases.keys() == results.keys() and len(list(root.iter("testcase"))) == len(results)
    counts = dict(exported.query("select rule_id, count(*) from exceptions where severity = 'error' group by 1"))
    for rule, case in cases.items():
        failure = case.find("failure")
        assert (failure is not None) == (rule in counts), rule
        if failure is not None:
            number = re.match(r"[\d,]+", failure.get("message", ""))
            assert number and int(number[0].replace(",", "")) == counts[rule]
            assert f"index.html#records?rule={rule}" in (failure.text or "")
        _, status, reason = results[rule]
        skipped = case.find("skipped")
        assert (skipped is not None) == (status not in ("passed", "findings")), rule
        if skipped is not None:
            assert status in skipped.get("message", "") and reason in skipped.get("message", "")
    assert root.get("tests") == str(len(results)) and root.get("failures") == str(len(counts))


def test_warnings_fail_when_the_run_fails_on_them(make: Callable[..., Exported]) -> None:
    made = make(Sample(findings=500), failing=("error", "warning"))
    rules = made.query("select distinct rule_id from exceptions where severity in ('error', 'warning')")
    assert junit(made.folder).get("failures") == str(len(rules))


def test_what_is_waived_or_not_new_is_no_failure(make: Callable[..., Exported]) -> None:
    made = make(Sample(findings=400, history=True), fresh=True)
    fresh = {row[0] for row in made.query(
        "select rule_id from exceptions where severity = 'error' and state in ('new', 'came_back')"
    )}  # fmt: skip
    assert junit(made.folder).get("failures") == str(len(fresh)) != "0"
    waived = min(fresh)
    with duckdb.connect(str(made.database)) as con:
        con.execute(
            "create table waived as select fingerprint, true as counted_apart from exceptions where rule_id = $1",
            [waived],
        )
    export.write(made.database, fresh=True)
    assert junit(made.folder).get("failures") == str(len(fresh) - 1)
    (case,) = [c for c in junit(made.folder).iter("testcase") if c.get("name", "").startswith(waived + " ")]
    assert "no failure of this run" in (case.findtext("system-out") or "")


def test_a_rule_that_failed_to_run_is_an_error(make: Callable[..., Exported]) -> None:
    (error,) = junit(make(Sample(findings=5, spoil="rule_error")).folder).iter("error")
    assert "query failed" in error.get("message", "")


def test_no_student_in_junit(exported: Exported) -> None:
    text = (exported.folder / "junit.xml").read_text("utf-8")
    for (sid,) in exported.query("select distinct sid from exceptions where sid <> ''"):
        assert sid not in text


# ---------------------------------------------------------------------------------------------------------------------
# Data package


def test_package_describes_what_is_there(tmp_path: Path) -> None:
    made = Exported(tmp_path, Sample(findings=50))
    with duckdb.connect(str(made.database), read_only=True) as con:
        con.execute(f"copy (from exceptions) to '{tmp_path}/exceptions.csv' (format csv, header true)")
        con.execute(f"copy (from rule_results) to '{tmp_path}/rule_results.csv' (format csv, header true)")
    (tmp_path / "metrics").mkdir()
    pl.DataFrame({"metric": ["fot"], "numerator": ["*"]}).write_csv(tmp_path / "metrics" / "fot_public.csv")
    export.write(made.database)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    resources = {r["path"]: r for r in package["resources"]}
    assert set(resources) == {"exceptions.csv", "rule_results.csv", "metrics/fot_public.csv"}
    assert len({r["name"] for r in package["resources"]}) == len(resources)
    for path, resource in resources.items():
        assert re.fullmatch(r"[a-z0-9._/-]+", resource["name"])
        with (tmp_path / path).open(newline="") as file:
            assert [f["name"] for f in resource["schema"]["fields"]] == next(csv.reader(file))
        for described in resource["schema"]["fields"]:
            assert described["type"] in ("string", "integer", "number", "boolean", "date", "any")
            assert described["description"].endswith(".")
    assert "*" in resources["metrics/fot_public.csv"]["schema"]["missingValues"]
