"""The page of students holds the rows that the run kept, and the findings of these students, and nothing else."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Built
from dom import Node, parse
from sample import Sample
from test_report_payload import in_order, unpacked

from reports import page
from reports.views import CARRIED


def beside(built: Built) -> Node:
    return parse((built.path.parent / "students.html").read_text("utf-8"))


def payload(page: Node) -> dict[str, Any]:
    packed: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(page.by_id("data").raw)))
    return packed


def rows(packed: dict[str, Any]) -> Iterator[tuple[str, str, str, int, list[tuple[str, str]]]]:
    """As ``student_rows`` has them."""
    for t in packed["rows"]:
        for n, student in enumerate(t["student"]):
            cells = {name: _value(column, n) for name, column in t["cells"].items()}
            filled = {name: value for name, value in cells.items() if value is not None}
            yield packed["students"][student], t["table"], _value(t["file"], n), t["line"][n], sorted(filled.items())


def _value(column: dict[str, Any], n: int) -> Any:
    return column["values"][column["index"][n] if "index" in column else 0]


def test_rows_are_those_that_the_run_kept(built: Built) -> None:
    stored = built.query(
        "select sid, table_name, file_name, line_number, list_zip(columns, cells) "
        "from student_rows join student_columns using (table_name)"
    )
    assert in_order(rows(payload(beside(built)))) == in_order(
        (*r[:4], sorted((name, value) for name, value in r[4] if value is not None)) for r in stored
    )


def test_findings_are_all_those_of_its_students(built: Built) -> None:
    packed = payload(beside(built))
    stored = built.query(
        f"select * replace (first_seen::varchar as first_seen) from (select {', '.join(CARRIED)} from exceptions "
        "where sid in (select sid from student_rows))"
    )
    assert in_order(unpacked(packed)) == in_order(stored)


def test_report_links_to_these_students_only(built: Built) -> None:
    assert set(built.payload["students"]) == set(payload(beside(built))["students"])


def test_more_students_than_a_page_holds(build: Callable[..., Built], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST_STUDENTS", 10)
    built = build(Sample(findings=300))
    shown = beside(built)
    packed = payload(shown)
    students = built.one(
        "select count(distinct sid) from exceptions where sid <> '' and severity in ('error', 'warning')"
    )
    assert len(packed["students"]) == len({r[0] for r in rows(packed)}) == 10
    assert f"10 of {students} students" in shown.by_id("students").text
    worst = built.query(
        "select sid from exceptions where sid <> '' and severity <> 'info' group by sid "
        "order by count(*) filter (where severity = 'error') desc, sid limit 10"
    )
    assert packed["students"] == [sid for (sid,) in worst]


def test_page_stays_small(build: Callable[..., Built]) -> None:
    built = build(Sample(findings=20_000))
    assert len(payload(beside(built))["students"]) == page.MOST_STUDENTS
    assert (built.path.parent / "students.html").stat().st_size < 1_500_000


def test_no_page_where_the_run_kept_no_rows(build: Callable[..., Built], tmp_path: Path) -> None:
    built = build(Sample(findings=30, spoil="empty"))
    assert not (built.path.parent / "students.html").exists()
    assert 'href="students.html"' not in built.html
