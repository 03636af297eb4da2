"""Rows by school and rows of students with findings, as audit.duckdb keeps them for the reports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from audit import places, run
from audit.progress import Silent
from audit.rulebook import Rulebook
from audit.settings import Options

#: What is kept of a student's rows, by column.
CELLS = "map(columns, cells) as cells from student_rows join student_columns using (table_name)"
A1, B1 = "010010010260001", "020020020260001"
TABLES = {
    "student": """sid,legal_first_name,legal_last_name,birth_date
100000001,Ottokar,Quagmire,2008-05-05
100000002,Wilhelmina,Quagmire,2008-06-05
100000003,Zebedee,Vandersloot,2008-07-05
""",
    "enrollment": f"""sid,home_rcdts,serving_rcdts,school_year,enrollment_date,entry_grade_level,percent_day_attended
100000001,{A1},{A1},2019,2018-08-20,05,1.50
100000002,{A1},{B1},2019,2018-08-20,05,1.00
100000003,{B1},{B1},2019,2018-08-20,05,1.50
""",
    "homeless": f"""sid,home_rcdts,serving_rcdts,school_year
100000001,{A1},{A1},2019
100000009,,{B1},2019
100000008,,,2019
""",
}


def checked(folder: Path, **options: Any) -> duckdb.DuckDBPyConnection:
    source = folder / "in"
    source.mkdir(exist_ok=True)
    for name, text in TABLES.items():
        (source / f"{name}.csv").write_text(text, "utf-8")
    out = folder / "out"
    run.check(Options(extract=source, out=out, as_of=dt.date(2018, 11, 30), **options), Silent())
    return duckdb.connect(str(out / "audit.duckdb"), read_only=True)


def test_every_checked_row_has_one_school(tmp_path: Path) -> None:
    stored = checked(tmp_path)
    assert stored.sql("select rcdts, table_name, rows from checked_by_school order by 2, 1").fetchall() == [
        (A1, "enrollment", 2),
        (B1, "enrollment", 1),
        ("", "homeless", 1),
        (A1, "homeless", 1),
        (B1, "homeless", 1),
        (A1, "student", 2),
        (B1, "student", 1),
    ]
    sums = "select table_name, sum(rows) from checked_by_school group by 1 order by 1"
    assert (
        stored.sql(sums).fetchall() == stored.sql("select table_name, rows from checked_tables order by 1").fetchall()
    )


def test_rows_of_students_with_findings(tmp_path: Path) -> None:
    stored = checked(tmp_path)
    touched = {s for (s,) in stored.sql("select sid from exceptions where sid <> '' and severity <> 'info'").fetchall()}
    kept = stored.sql(f"select rcdt, sid, table_name, {CELLS}").fetchall()
    assert {sid for _, sid, _, _ in kept} == touched
    (row,) = [r for r in kept if r[1:3] == ("100000001", "enrollment")]
    cells = row[3]
    assert row[0] == A1[:11] and cells["percent_day_attended"] == "1.5" and "exit_date" not in cells
    assert list(cells)[:3] == ["sid", "home_rcdts", "serving_rcdts"]


def test_a_district_gets_no_row_that_names_others_only(tmp_path: Path) -> None:
    for rcdt, cells in checked(tmp_path).sql(f"select rcdt, {CELLS} where rcdt <> ''").fetchall():
        named = {str(v)[:11] for k, v in cells.items() if k in ("home_rcdts", "serving_rcdts")}
        assert not named or rcdt in named


@pytest.mark.parametrize("names, kept", [("none", False), ("initials", False), ("full", True)])
def test_names_are_in_no_file_unless_asked_for(tmp_path: Path, names: str, kept: bool) -> None:
    stored = checked(tmp_path, names=names)
    cells = [c for (c,) in stored.sql(f"select {CELLS}").fetchall()]
    stored.close()
    assert any("Quagmire" in c.values() for c in cells) is kept
    assert any(c.get("legal_last_name") == "Q." for c in cells) is (names == "initials")
    written = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file() and p.suffix != ".duckdb")
    assert (b"Vandersloot" in written) is False or kept


def test_a_viewer_gets_its_own_rows(tmp_path: Path) -> None:
    stored = checked(tmp_path, viewer=A1, role="home")
    assert {r for (r,) in stored.sql("select distinct rcdts from checked_by_school").fetchall()} <= {A1}
    assert {s for (s,) in stored.sql("select distinct sid from student_rows").fetchall()} <= {"100000001", "100000002"}


def test_no_rows_of_students_from_very_large_extracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_WITHOUT_ASKING", 3)
    assert checked(tmp_path).sql("select count(*) from student_rows").fetchall() == [(0,)]
    assert checked(tmp_path, by_district=True).sql("select count(*) > 0 from student_rows").fetchall() == [(True,)]


def test_tables_are_repaired_in_the_order_in_which_they_refer_to_each_other(illinois: Rulebook) -> None:
    step = places.steps(illinois)
    assert step["student"] == step["teacher_course_assignment"] == 1
    assert step["enrollment"] == 2 and step["student_course_assignment"] == 3
