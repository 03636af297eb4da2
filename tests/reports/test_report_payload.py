"""The payload holds exactly the findings, small enough to mail, and the page says when it holds fewer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from conftest import Built
from sample import Sample

import reports
from reports import page
from reports.views import CARRIED


def unpacked(payload: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The findings as tuples of CARRIED, as the page's script reads them."""
    n = payload["n"]
    columns = {name: _column(column, n) for name, column in payload["columns"].items()}
    for i in range(n):
        row = {name: column[i] for name, column in columns.items()}
        row["line_number"] = row["line_number"] or None
        names = [k for k in row["exception_key"].split(";") if k]
        key = {k: str(row[f"key.{k}" if f"key.{k}" in row else k]) for k in names}
        row["exception_key"] = json.dumps(key, separators=(",", ":"), ensure_ascii=False)
        yield tuple(row[name] for name in CARRIED)


def _column(column: dict[str, Any], n: int) -> list[Any]:
    places = list(accumulate(column["steps"])) if "steps" in column else column.get("index", [0] * n)
    assert len(places) == n
    return [column["values"][p] for p in places] if "values" in column else places


def stored(built: Built) -> list[tuple[Any, ...]]:
    return built.query(f"select * replace (first_seen::varchar as first_seen) from (select {', '.join(CARRIED)} "
                       "from exceptions)")  # fmt: skip


def in_order(rows: Any) -> list[str]:
    return sorted(map(repr, rows))


def test_payload_is_exactly_the_findings(built: Built) -> None:
    assert in_order(unpacked(built.payload)) == in_order(stored(built))


def test_odd_values_survive(build: Callable[..., Built]) -> None:
    odd = ["", None, " ", "0012", "a\tb\r\nc", "é漢字😀", "\\", '"', "null", "x" * 5000, "\u2028", "__proto__"]
    keys = [{} if value is None else {"sid": value, "term_code": value} for value in odd]
    findings = [
        {
            "rule_id": f"IL-ODD-{n}",
            "value": value,
            "sid": value,
            "home_rcdts": value,
            "line_number": None if n % 2 else n + 1,
            "exception_key": json.dumps(keys[n], separators=(",", ":"), ensure_ascii=False),
        }
        for n, value in enumerate(odd)
    ]
    built = build(Sample(findings=0, extra=findings))
    assert in_order(unpacked(built.payload)) == in_order(stored(built))


def test_errors_come_first(built: Built) -> None:
    severities = [row[CARRIED.index("severity")] for row in unpacked(built.payload)]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)


def test_texts_of_every_rule_school_and_table_are_there(built: Built) -> None:
    payload = built.payload
    for rule, title, fix in built.query("select rule_id, title, fix from rules where rule_id in "
                                        "(select rule_id from exceptions)"):  # fmt: skip
        assert payload["rules"][rule]["title"] == title
        assert payload["rules"][rule]["fix"] == fix
    assert set(payload["schools"]) == {r[0] for r in built.query("select distinct home_rcdts from exceptions")}
    assert payload["tables"]["student_course_assignment"] == "Student course assignment"


def test_more_findings_than_a_page_holds(build: Callable[..., Built], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST_FINDINGS", 100)
    built = build(Sample(findings=1000))
    kept = list(unpacked(built.payload))
    assert len(kept) == 100
    assert {row[CARRIED.index("severity")] for row in kept} == {"error"}
    for section in ("summary", "records"):
        text = built.page.by_id(section).text
        assert "100 of 1,000 findings" in text and "exceptions.csv" in text
    assert built.page.number("n-errors") == built.one("select count(*) from exceptions where severity = 'error'")


def test_all_findings_fit_and_the_page_does_not_speak_of_a_cap(built: Built) -> None:
    assert "This page holds" not in built.page.by_id("summary").text


def test_same_results_same_bytes(built: Built, tmp_path: Path) -> None:
    again = reports.build(built.database, tmp_path)
    assert again.read_bytes() == built.path.read_bytes()


def test_first_rows_are_in_the_html_for_a_browser_without_scripts(built: Built) -> None:
    rows = built.page.table("table")
    first = list(unpacked(built.payload))[: len(rows)]
    assert len(rows) == 50
    for shown, row in zip(rows, first, strict=True):
        finding = dict(zip(CARRIED, row, strict=True))
        text = " ".join(shown)
        for name in ("message", "rule_id", "sid", "file_name"):
            assert finding[name] in text
        assert f"line {finding['line_number']:,}" in text
    assert "Scripts are off" in built.page.all("noscript")[0].text


def test_hundred_thousand_findings_stay_below_one_and_a_half_megabytes(build: Callable[..., Built]) -> None:
    built = build(Sample(findings=100_000))
    assert built.payload["n"] == 100_000
    assert built.path.stat().st_size < 1_500_000


def test_twenty_thousand_findings_take_less_than_a_second_and_a_half(tmp_path: Path) -> None:
    database = Sample(findings=20_000).write(tmp_path / "audit.duckdb")
    assert min(_seconds(database, tmp_path / "report") for _ in range(2)) < 1.5


def _seconds(database: Path, out: Path) -> float:
    """Processor time: what else runs on the machine is no fault of the report's."""
    start = time.process_time()
    reports.build(database, out)
    return time.process_time() - start
