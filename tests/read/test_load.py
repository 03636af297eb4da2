"""From files to typed tables: values, balance, findings, notices."""

import csv
import datetime as dt
import gzip
import io
import random
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from audit.read import file, load, preflight
from audit.read import parts as writing
from audit.read.decode import Cell, reader
from audit.read.lines import read_blocks
from audit.read.preflight import Preflight
from audit.rulebook import DUCKDB_TYPE, POLARS_TYPE
from tests.read.samples import HOME, SERVING, batch, book, demographics, read, row, write

ENROLLMENT = "sid,home_rcdts,serving_rcdts,school_year,enrollment_date,entry_grade_level,percent_day_attended"
ROW = f"123456789,{HOME},{SERVING},2019,2018-08-20,09,1.00"


def enrollment(*rows: str, header: str = ENROLLMENT) -> str:
    return "\n".join([header, *(rows or (ROW,))]) + "\n"


# ---------------------------------------------------------------------------------------------------------------------
# Named tables


def test_a_table_is_typed_as_it_is_declared(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", enrollment_csv=enrollment()))
    assert got.table("enrollment").row(0) == (
        "123456789", HOME, SERVING, 2019, dt.date(2018, 8, 20), "09", Decimal(1), 1, 2,
    )  # fmt: skip
    account = got.file("enrollment.csv")
    assert (account.kind, account.tables, account.readable) == ("table", ("enrollment",), True)
    assert (account.lines, account.header_lines, account.rows_read, account.rows_checked) == (2, 1, 1, 1)
    assert len(account.sha256) == 64
    assert got.extract.supplied("enrollment") == frozenset(ENROLLMENT.split(","))


def test_parts_are_text_where_codes_were_written_by_number(tmp_path: Path) -> None:
    [part] = read(write(tmp_path / "x", enrollment_csv=enrollment())).extract.parts["enrollment"]
    columns = book().tables["enrollment"].columns
    in_polars = pl.read_parquet_schema(part.path)
    in_duckdb = dict(duckdb.execute(f"select column_name, column_type from (describe from '{part.path}')").fetchall())
    for name in ENROLLMENT.split(","):
        assert in_polars[name] == POLARS_TYPE[columns[name].kind], name
        assert in_duckdb[name].lower().replace(",", ", ") == DUCKDB_TYPE[columns[name].kind], name
    assert (in_polars["_file"], in_polars["_line"]) == (pl.Int32, pl.UInt32)


def test_names_of_columns_may_be_old_and_in_any_case_and_order(tmp_path: Path) -> None:
    got = read(
        write(
            tmp_path / "x",
            enrollment_csv=f" FTE ,SID,Home RCDTS\n0.5,1,{HOME}\n",
            student_csv="ELL,sid,IEP Indicator\nY,1,no\n",
        )
    )
    assert got.table("enrollment").select("percent_day_attended", "sid", "home_rcdts").row(0) == (
        Decimal("0.5"), "1", HOME,
    )  # fmt: skip
    assert got.table("student").select("el_indicator", "idea_services_indicator").row(0) == ("01", "02")


@pytest.mark.parametrize("large", [0, load.LARGE])
def test_a_control_character_is_no_blank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int) -> None:
    """Python takes some for white space: what stands in the file was read as if nothing stood there."""
    monkeypatch.setattr(load, "LARGE", large)
    rows = "\n".join(
        ["sid,birth_date,el_indicator,legal_last_name", "1,\x1c,\x1d,\x1e", "2,2004-05-04\x1f,\x1fY,M\x1c"]
    )
    got = read(write(tmp_path / "x", student_csv=rows))
    assert got.table("student").select("birth_date", "el_indicator").rows() == [(None, None)] * 2
    assert sorted(got.found("_line", "column_name")) == [
        (line, column) for line in (2, 3) for column in ("birth_date", "el_indicator")
    ]
    assert got.values("student", "legal_last_name") == ["\x1e", "M\x1c"]


def test_cells_are_trimmed_and_empty_ones_are_null(tmp_path: Path) -> None:
    header = "sid,legal_last_name,birth_date,el_indicator,legal_first_name"
    rows = [' 1 ," O\'Neil, Jr ", 2004-05-04 , Y ,', '2,"",00/00/0000,"",   ', "3,\t,,,\u00a0Zoë"]
    got = read(write(tmp_path / "x", student_csv="\n".join([header, *rows])))
    assert got.table("student").select(header.split(",")).rows() == [
        ("1", "O'Neil, Jr", dt.date(2004, 5, 4), "01", None),
        ("2", None, None, None, None),
        ("3", None, None, None, "Zoë"),
    ]
    assert got.findings.height == 0


def test_an_unreadable_cell_is_null_and_a_finding(tmp_path: Path) -> None:
    rows = [ROW, f"5,{HOME},15,SY19,2018-02-30,77,1e2", f",{HOME},{SERVING},2019,soon,09,.5"]
    got = read(write(tmp_path / "x", enrollment_csv=enrollment(*rows)))
    assert got.table("enrollment").row(1)[2:7] == (None, None, None, None, None)
    assert sorted(got.found("_line", "rule_id", "column_name", "value", "sid", "table_name", "_file")) == [
        (3, "FMT-CODE", "entry_grade_level", "77", "5", "enrollment", 1),
        (3, "FMT-DATE", "enrollment_date", "2018-02-30", "5", "enrollment", 1),
        (3, "FMT-NUMBER", "percent_day_attended", "1e2", "5", "enrollment", 1),
        (3, "FMT-NUMBER", "school_year", "SY19", "5", "enrollment", 1),
        (3, "FMT-RCDTS", "serving_rcdts", "15", "5", "enrollment", 1),
        (4, "FMT-DATE", "enrollment_date", "soon", "~enrollment.csv:4", "enrollment", 1),
    ]
    [(choice,)] = got.findings.filter(rule_id="FMT-CODE").select("expected").rows()
    assert choice.startswith("One of 00, 01, 02, 03")
    for message, expected in got.found("message", "expected"):
        assert message and expected
        for value in ("77", "2018-02-30", "1e2", "SY19", "soon"):
            assert value not in message + expected


def test_the_student_of_a_finding_is_the_one_that_its_table_names(tmp_path: Path) -> None:
    text = "sid_keep,sid_delete,submitter_rcdt\n7,8,x\n"
    got = read(write(tmp_path / "x", multiple_sid_csv=text, entity_csv="rcdts\n15\n"))
    assert got.found("table_name", "sid") == [("entity", None), ("multiple_sid", "7")]


def test_restored_zeros_are_counted_once_per_file_and_column(tmp_path: Path) -> None:
    rows = ["1,1,9", "2,01,9", "3,2,09", "4,Yes,14"]
    text = "\n".join(["sid,military_connected_indicator,entry_grade_level", *rows])
    got = read(write(tmp_path / "x", enrollment_csv=text))
    assert got.values("enrollment", "military_connected_indicator") == ["01", "01", "02", "01"]
    assert got.values("enrollment", "entry_grade_level") == ["09", "09", "09", "14"]
    assert sorted(got.found("rule_id", "column_name", "value", "_line", "_file")) == [
        ("FMT-PADDED", "entry_grade_level", "2", None, 1),
        ("FMT-PADDED", "military_connected_indicator", "2", None, 1),
    ]


def test_ids_are_never_padded(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", student_course_assignment_csv="sid,state_course_code,local_course_id\n1,2,003\n"))
    assert got.table("student_course_assignment").row(0)[:3] == ("1", "2", "003")


def test_rcdts_in_lower_case_are_raised_with_one_notice_per_file(tmp_path: Path) -> None:
    text = "rcdts,entity_name\n07016113a020000,A\n07016113a020001,B\n"
    got = read(write(tmp_path / "x", entity_csv=text))
    assert got.values("entity", "rcdts") == ["07016113A020000", "07016113A020001"]
    assert got.notices.count("lower case") == 1


@pytest.mark.parametrize("large", [0, load.LARGE])
def test_what_one_file_holds_is_not_said_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    """Though they share dictionaries."""
    monkeypatch.setattr(load, "LARGE", large)
    school = "07016113a020000"
    first = enrollment(ROW, ROW.replace(HOME, school).replace(",09,", ",9,").replace("2018-08-20", "soon"))
    folder = write(tmp_path / "x", **{"enrollment-1_csv": first, "enrollment-2_csv": enrollment(ROW, ROW)})
    got = read(folder)
    assert got.values("enrollment", "home_rcdts") == [HOME, school.upper(), HOME, HOME]
    assert got.found("rule_id", "_file", "value") == [("FMT-DATE", 1, "soon"), ("FMT-PADDED", 1, "1")]
    assert "upper case (enrollment-1.csv)" in got.notices


def test_an_empty_sid_gets_a_working_id_where_a_student_or_enrollment_is_meant(tmp_path: Path) -> None:
    got = read(
        write(
            tmp_path / "x",
            student_csv="sid,birth_date\n,2004-05-04\n",
            enrollment_csv=enrollment(ROW, ROW.replace("123456789", " ")),
            el_csv=f"sid,home_rcdts\n,{HOME}\n",
        )
    )
    assert got.values("student", "sid") == ["~student.csv:2"]
    assert got.values("enrollment", "sid") == ["123456789", "~enrollment.csv:3"]
    assert got.values("el", "sid") == [None]


def test_the_title_1_code_of_batch_files_is_understood_in_tables_too(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", student_csv="sid,title_1_indicator\n1,11\n2,13\n3,01\n4,2\n"))
    assert got.values("student", "title_1_indicator") == ["01", "02", "01", "02"]


def test_other_codings_of_batch_files_are_not(tmp_path: Path) -> None:
    text = "sid,title_1_funding,idea_services_received\n1,01,02\n2,00,01\n"
    got = read(write(tmp_path / "x", early_childhood_csv=text))
    assert got.values("early_childhood", "title_1_funding") == ["half_day", "none"]
    assert got.values("early_childhood", "idea_services_received") == ["02", "01"]


def test_unknown_columns_are_kept_and_named(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", student_csv="sid,birth_date,Lineage,,ell,gender\n1,2004-05-04, Jr ,x,,F\n"))
    assert got.table("student").select("lineage", "column_4", "gender").row(0) == ("Jr", "x", "F")
    assert "Columns that student does not have, kept beside it: lineage, column_4, gender (student.csv)" in got.notices


def test_unknown_columns_are_only_counted_where_they_may_be_no_header(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", student_csv="sid,Jones,Amber,555-1234\n1,2,3,4\n"))
    assert "Jones" not in got.notices.title()
    assert "kept beside it: 3 (student.csv)" in got.notices


def test_names_that_the_program_needs_are_given_up(tmp_path: Path) -> None:
    hostile = '"x""; drop table student; --"'
    header = f"sid,_file,_line,_row,_last,birth_date,serving_rcdts_,{hostile},school_year,row"
    got = read(write(tmp_path / "x", el_csv=f"{header}\n1,a,b,c,d,e,f,g,2019,i\n"))
    kept = got.table("el").row(0, named=True)
    assert [kept[c] for c in ("file", "line", "row", "last", "row_2")] == ["a", "b", "c", "d", "i"]
    assert kept['x"; drop table student; --'] == "g"
    assert (kept["_file"], kept["_line"]) == (1, 2)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("sid,birth_date,SID", "stands twice"),
        ("sid,el_indicator,ELL", "old and its new name"),
        ("sid,x,X", "stands twice"),
        ("1,2004-05-04,Jones", "No column of student"),
        (",,", "no header"),
    ],
)
def test_a_header_that_makes_no_sense_rejects_the_file(tmp_path: Path, header: str, said: str) -> None:
    got = read(write(tmp_path / "x", student_csv=f"{header}\n1,2,3\n\n1,2\n"))
    [(rule, line, table, message)] = got.found("rule_id", "_line", "table_name", "message")
    assert (rule, line, table) == ("FMT-HEADER", 1, "student")
    assert said in message
    account = got.file("student.csv")
    assert not account.readable
    assert (account.lines, account.header_lines, account.blank_lines, account.rows_rejected, account.rows_checked) == (
        4,
        1,
        1,
        2,
        0,
    )
    assert account.balanced
    assert got.extract.parts == {}
    assert got.extract.supplied("student") is None


def test_a_table_without_rows_is_supplied(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x", enrollment_csv=ENROLLMENT + "\n"))
    assert got.table("enrollment").columns[:7] == ENROLLMENT.split(",")
    assert got.table("enrollment").height == 0
    assert got.extract.supplied("enrollment") == frozenset(ENROLLMENT.split(","))


def test_files_of_one_table_may_differ_in_columns(tmp_path: Path) -> None:
    root = write(tmp_path / "x", student_csv="sid,birth_date\n1,2004-05-04\n")
    (root / "student-b.csv").write_text("sid,el_indicator\n2,Y\n")
    got = read(root)
    assert got.file("student.csv").supplied["student"] == {"sid", "birth_date"}
    assert got.file("student-b.csv").supplied["student"] == {"sid", "el_indicator"}
    assert got.extract.supplied("student") == {"sid", "birth_date", "el_indicator"}
    assert "Files of student differ in columns, which are absent where a file lacks them" in got.notices


# ---------------------------------------------------------------------------------------------------------------------
# Lines


def test_every_line_is_checked_or_rejected(tmp_path: Path) -> None:
    text = '\n\nsid,legal_last_name\n1,A\n\n2\n3,"B\nC"\n4,D"\n5,E,\n6,F\n'
    got = read(write(tmp_path / "x", student_csv=text))
    assert got.table("student").select("sid", "legal_last_name", "_line").rows() == [
        ("1", "A", 4), ("3", "B\nC", 7), ("6", "F", 11),
    ]  # fmt: skip
    account = got.file("student.csv")
    assert (account.lines, account.header_lines, account.blank_lines, account.embedded_newlines) == (11, 1, 3, 1)
    assert (account.rows_read, account.rows_checked, account.rows_rejected) == (6, 3, 3)
    assert account.balanced and account.readable
    assert got.found("rule_id", "_line", "table_name", "value") == [
        ("FMT-FIELDS", 6, "student", None), ("FMT-QUOTE", 9, "student", None), ("FMT-FIELDS", 10, "student", None),
    ]  # fmt: skip
    assert all(message.endswith("the row was rejected.") for (message,) in got.found("message"))


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "FMT-FILE"),
        (b"\n\n\n", "FMT-HEADER"),
        (gzip.compress(enrollment(*[ROW] * 5000).encode())[:-20], "FMT-FILE"),
        (b"\x1f\x8b\x08rubbish", "FMT-FILE"),
        (enrollment().encode("utf-16-le"), "FMT-FILE"),
        (b'sid,"home_rcdts\n\n1,2\n\n', "FMT-HEADER"),
        (b"sid,home\xff\xc3\xa9\n\n1,2\n", "FMT-HEADER"),
    ],
)
def test_a_file_that_can_not_be_read_is_a_finding_not_an_error(tmp_path: Path, content: bytes, rule: str) -> None:
    root = write(tmp_path / "x", student_csv="sid\n1\n")
    name = "enrollment.csv.gz" if content[:2] == b"\x1f\x8b" else "enrollment.csv"
    (root / name).write_bytes(content)
    got = read(root)
    assert got.found("rule_id", "table_name", "_file") == [(rule, "enrollment", 1)]
    assert not got.file(name).readable
    assert got.file(name).balanced
    assert list(got.extract.parts) == ["student"]


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    root = write(tmp_path / "x")
    (root / "enrollment.csv").symlink_to("nowhere")
    got = read(root)
    assert got.found("rule_id", "table_name") == [("FMT-FILE", "enrollment")]
    assert got.file("enrollment.csv").kind == "unread"


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    got = read(write(tmp_path / "x"))
    assert (got.extract.files, got.extract.parts, got.extract.formats) == ([], {}, [])
    assert "Nothing to check" in got.notices


@pytest.mark.parametrize("glance", [{"size": 1}, {"lines": 1}])
def test_a_file_that_is_not_what_a_glance_at_it_told_is_looked_at_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, glance: dict[str, int]
) -> None:
    folder = write(
        tmp_path / "x", enrollment_csv=enrollment(ROW, ROW, header=f"{ENROLLMENT},").replace("1.00", "1.00,")
    )
    was = read(folder)

    def other(path: Path) -> Preflight:
        seen = preflight.glance(path)
        assert seen and seen.lines == 3
        return replace(seen, **glance)

    monkeypatch.setattr(file, "glance", other)
    got = read(folder)
    assert got.extract.files == was.extract.files
    assert got.table("enrollment").equals(was.table("enrollment"))
    assert got.extract.notices == was.extract.notices


def test_windows_1252_is_told(tmp_path: Path) -> None:
    root = write(tmp_path / "x")
    (root / "student.csv").write_bytes("sid,legal_last_name\n1,Muñoz\n".encode("cp1252"))
    got = read(root)
    assert got.values("student", "legal_last_name") == ["Muñoz"]
    assert "Windows-1252" in got.notices
    assert "student.csv" in got.notices


# ---------------------------------------------------------------------------------------------------------------------
# Order and size


def test_a_later_file_has_a_greater_number(tmp_path: Path) -> None:
    root = write(
        tmp_path / "x",
        c_csv=batch("Student Demographics", demographics(), date="11/30/2018"),
        a_csv=batch("Student Demographics", demographics(), date="12/01/2018"),
        b_csv=batch("Student Demographics", demographics(), date="11/30/2018"),
        student_csv="sid\n1\n",
    )
    got = read(root, first_number=7)
    assert [(f.number, f.path) for f in got.extract.files] == [
        (7, "student.csv"), (8, "b.csv"), (9, "c.csv"), (10, "a.csv"),
    ]  # fmt: skip
    assert got.values("student", "_file") == [7, 8, 9, 10]
    assert got.file("a.csv").submitted_date == dt.date(2018, 12, 1)
    assert got.file("a.csv").submitter_rcdt == "15016299025"


def test_a_long_file_comes_in_several_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PART_ROWS", 100_000)
    rows = [f"{i},{HOME},{SERVING},2019,2018-08-20,09,1.00" for i in range(450_000)]
    got = read(write(tmp_path / "x", enrollment_csv=enrollment(*rows)))
    parts = got.extract.parts["enrollment"]
    assert len(parts) > 1
    assert sum(p.rows for p in parts) == 450_000
    assert all(p.rows >= 100_000 for p in parts[:-1])
    table = got.table("enrollment")
    assert (table["_line"] == pl.int_range(2, 450_002, eager=True)).all()
    assert (table["sid"] == pl.int_range(450_000, eager=True).cast(pl.String)).all()


def test_a_column_of_very_many_values_is_read_like_any_other(tmp_path: Path) -> None:
    dice = random.Random(4)
    cells = [f"{dice.randrange(10**9)}.{dice.randrange(10**6):06}" for _ in range(100_000)] + ["x", "1.50", "7"]
    schools = [f"{n:08}A26{n % 9999:04}" for n in range(len(cells) - 1)] + ["15a"]
    text = "\n".join(
        ["sid,percent_day_attended,home_rcdts,note", *map(",".join, zip(cells, cells, schools, cells, strict=True))]
    )
    got = read(write(tmp_path / "x", enrollment_csv=text))
    table = got.table("enrollment")
    assert table["percent_day_attended"].to_list() == [None if c == "x" else Decimal(c) for c in cells]
    assert table["home_rcdts"].to_list() == [*schools[:-1], None]
    assert sorted(got.found("rule_id", "_line", "value")) == [
        ("FMT-NUMBER", 100_002, "x"),
        ("FMT-RCDTS", 100_004, "15a"),
    ]


def test_many_findings_leave_memory_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FINDINGS", 1000)
    root = write(tmp_path / "x", student_csv="sid,birth_date\n" + "1,soon\n2\n" * 5000)
    got = read(root)
    assert got.findings["rule_id"].value_counts().sort("rule_id").rows() == [("FMT-DATE", 5000), ("FMT-FIELDS", 5000)]
    assert len(got.extract.formats) > 1


def test_progress_counts_the_bytes(tmp_path: Path) -> None:
    root = write(tmp_path / "x", student_csv="sid\n1\n", enrollment_csv=enrollment(), el_csv="nothing\n")
    told: list[tuple[str, int, int]] = []
    read(root, on_progress=lambda *said: told.append(said))
    total = sum(f.stat().st_size for f in root.iterdir())
    assert sum(n for _, n, _ in told) == total
    assert {of for _, _, of in told} == {total}
    assert {name for name, _, _ in told} == {"student.csv", "enrollment.csv", "el.csv"}


# ---------------------------------------------------------------------------------------------------------------------
# Typed sources

TYPED: dict[str, Any] = {
    "sid": pa.array([123456789, 5, None], pa.int64()),
    "home_rcdts": pa.array([HOME, int(HOME), int(HOME)][:1] * 3),
    "school_year": pa.array([2019.0, 2019.0, float("nan")]),
    "enrollment_date": pa.array([dt.datetime(2018, 8, 20), dt.datetime(2018, 8, 20, 9, 30), None], pa.timestamp("us")),
    "exit_date": pa.array([dt.date(2019, 1, 5), None, None]),
    "entry_grade_level": pa.array([9, 14, 77], pa.int8()),
    "percent_day_attended": pa.array([0.1, 1.0, 1e-7]),
    "military_connected_indicator": pa.array([True, False, None]),
    "entry_type_code": pa.array([1, 2, None], pa.int64()),
    "note": pa.array([Decimal("1.50"), None, Decimal("3.00")]),
}


def expect_typed(got: Any, name: str) -> None:
    assert got.table("enrollment").select(list(TYPED)).rows() == [
        ("123456789", HOME, 2019, dt.date(2018, 8, 20), dt.date(2019, 1, 5), "09", Decimal("0.1"), "01", "01", "1.5"),
        ("5", HOME, 2019, None, None, "14", Decimal(1), "02", "02", None),
        (f"~{name}:3", HOME, None, None, None, None, Decimal("1E-7"), None, None, "3"),
    ]
    assert got.values("enrollment", "_line") == [1, 2, 3]
    assert sorted(got.found("rule_id", "_line", "column_name", "value"), key=str) == [
        ("FMT-CODE", 3, "entry_grade_level", "77"),
        ("FMT-DATE", 2, "enrollment_date", "2018-08-20 09:30:00"),
        ("FMT-PADDED", None, "entry_grade_level", "1"),
        ("FMT-PADDED", None, "entry_type_code", "2"),
    ]
    account = got.file(name)
    assert (account.lines, account.rows_read, account.rows_checked, account.header_lines, account.balanced) == (
        3,
        3,
        3,
        0,
        True,
    )
    assert (account.kind, len(account.sha256)) == ("table", 64)


def test_a_typed_parquet_file_is_read_like_text(tmp_path: Path) -> None:
    root = write(tmp_path / "x")
    pq.write_table(pa.table(TYPED), root / "enrollment.parquet")
    expect_typed(read(root), "enrollment.parquet")


def test_a_duckdb_file_is_read_like_text(tmp_path: Path) -> None:
    path = tmp_path / "lake.duckdb"
    with duckdb.connect(str(path)) as db:
        frame = pa.table(TYPED)
        db.register("frame", frame)
        db.execute("create table enrollment as select * from frame")
        db.execute("create table el as select [1, 2] as list, '1' as sid")
    got = read(path)
    expect_typed(got, "lake.duckdb/enrollment")
    assert got.values("el", "sid") == ["1"]
    assert "Columns that hold lists, structures or spans of time were left out: 1 (lake.duckdb/el)" in got.notices


def test_a_duckdb_view_reaches_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("sid\n42\n")
    path = tmp_path / "lake.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute(f"create view el as select * from read_csv('{secret}', all_varchar = true)")
    got = read(path)
    assert got.found("rule_id", "table_name") == [("FMT-FILE", "el")]
    assert got.extract.parts == {}


@pytest.mark.parametrize("damage", ["not parquet", "cut", "changed"])
def test_a_damaged_parquet_file_is_a_finding(tmp_path: Path, damage: str) -> None:
    root = write(tmp_path / "x", student_csv="sid\n1\n")
    path = root / "el.parquet"
    dice = random.Random(1)
    pq.write_table(pa.table({"sid": [f"{dice.random()}" for _ in range(200_000)]}), path)
    content = bytearray(path.read_bytes())
    if damage == "not parquet":
        content = bytearray(b"sid\n1\n")
    elif damage == "cut":
        content = content[: len(content) // 2]
    else:
        content[1000 : len(content) // 2] = bytes(len(content) // 2 - 1000)
    path.write_bytes(content)
    got = read(root)
    assert got.found("rule_id", "table_name") == [("FMT-FILE", "el")]
    assert not got.file("el.parquet").readable
    assert got.file("el.parquet").balanced
    assert list(got.extract.parts) == ["student"]


def test_parquet_columns_are_matched_by_name(tmp_path: Path) -> None:
    root = write(tmp_path / "x")
    pq.write_table(pa.table({"ELL": ["Y"], " SID ": ["1"], "_line": ["x"]}), root / "student.parquet")
    pq.write_table(pa.table({"a": ["Y"]}), root / "el.parquet")
    got = read(root)
    assert got.table("student").select("el_indicator", "sid", "line").row(0) == ("01", "1", "x")
    assert got.found("rule_id", "table_name", "_line") == [("FMT-HEADER", "el", None)]
    assert got.file("el.parquet").rows_rejected == 1


# ---------------------------------------------------------------------------------------------------------------------
# Batch files of several kinds at once


def test_batch_files_and_tables_may_be_mixed(tmp_path: Path) -> None:
    root = write(
        tmp_path / "x",
        a_txt=batch("Student Demographics", demographics(sid="1")),
        enrollment_csv=enrollment(),
        README_md="# About",
    )
    (root / "exits.bin").write_bytes(
        gzip.compress(batch("Exit Student Enrollment V2", row("exit_enrollment", sid="1", home_rcdts=HOME)).encode())
    )
    got = read(root)
    assert {f.path: (f.kind, f.layout_id) for f in got.extract.files} == {
        "enrollment.csv": ("table", ""),
        "a.txt": ("batch", "student_demographics_2021"),
        "exits.bin": ("batch", "exit_enrollment"),
    }
    assert got.values("enrollment", "sid") == ["123456789", "1"]
    assert got.findings.height == 0
    assert all(f.balanced and f.readable for f in got.extract.files)


# ---------------------------------------------------------------------------------------------------------------------
# Blocks

NOISE = {
    "sid": ["1", "22", "", " 3", "4 ", '"5"', "~x"],
    "home_rcdts": [HOME, SERVING, HOME.lower(), "", "15", f" {HOME} "],
    "entry_grade_level": ["09", "9", "14", "", "77", "KG"],
    "percent_day_attended": ["1.00", ".5", "", "1e2", "0.123456789", "-1"],
    "enrollment_date": ["2018-08-20", "8/20/2018", "", "00/00/0000", "soon", "02/30/2018"],
    "military_connected_indicator": ["01", "Y", "0", "", "maybe", "2"],
    "note": ["", "x", '"a,b"', '"a\nb"', '"say ""x"""', "é", " pad"],
}


def test_where_a_file_is_cut_into_blocks_does_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(8)
    lines = [",".join(dice.choice(cells) for cells in NOISE.values()) for _ in range(3000)]
    for place in dice.sample(range(3000), 60):
        lines[place] = dice.choice(["", "1,2", 'a"b,,,,,,', ",,,,,,,", '"open,,,,,,'])
    text = "\n".join([",".join(NOISE), *lines])
    whole = read(write(tmp_path / "whole", enrollment_csv=text))
    monkeypatch.setattr(file, "read_blocks", partial(read_blocks, block=3000, piece=700))
    pieces = read(write(tmp_path / "pieces", enrollment_csv=text))
    assert whole.table("enrollment").height > 2500
    assert pieces.table("enrollment").equals(whole.table("enrollment"))
    assert sorted(pieces.findings.rows(), key=str) == sorted(whole.findings.rows(), key=str)
    accounts = [(f.lines, f.rows_checked, f.rows_rejected, f.blank_lines, f.embedded_newlines, f.balanced)
                for got in (whole, pieces) for f in got.extract.files]  # fmt: skip
    assert accounts[0] == accounts[1]
    assert accounts[0][-1]


def test_every_cell_is_what_its_text_means(tmp_path: Path) -> None:
    dice = random.Random(9)
    rows = [[dice.choice(cells) for cells in NOISE.values()] for _ in range(2000)]
    text = "\n".join([",".join(NOISE), *map(",".join, rows)]) + "\n"
    got = read(write(tmp_path / "x", enrollment_csv=text))
    records = list(csv.reader(io.StringIO(text)))[1:]
    table = book().tables["enrollment"]
    bad = 0
    for i, name in enumerate(NOISE):
        kind = table.columns[name].kind if name in table.columns else "text"
        own = book().codes.get((name in table.columns and table.columns[name].codes) or "")
        cells = [reader(kind, own)(r[i].strip()) if r[i].strip() else Cell() for r in records]
        bad += sum(c.fault is not None for c in cells)
        seen = got.values("enrollment", name)
        if name == "sid":
            seen = [None if s.startswith("~enrollment.csv:") else s for s in seen]
        assert seen == [c.value for c in cells], name
    assert got.findings.filter(pl.col("rule_id") != "FMT-PADDED").height == bad
