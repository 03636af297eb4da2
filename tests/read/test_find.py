"""Which files of a folder are inputs."""

import gzip
import os
from pathlib import Path

import duckdb
import polars as pl
import pytest

from audit.read.find import Found, find, shown
from tests.read.samples import batch, book, demographics

HEADER = "sid,home_rcdts\n"
BATCH = batch("Student Demographics", demographics())


def put(path: Path, content: str | bytes = HEADER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def found(root: Path, ignore: Path | None = None) -> Found:
    return find(root, book(), ignore)


def seen(root: Path, ignore: Path | None = None) -> dict[str, str | None]:
    """Name of each input and the table that its name says (None: a batch file)."""
    return {item.name: item.table for item in found(root, ignore).inputs}


def test_a_table_is_known_by_its_name(tmp_path: Path) -> None:
    put(tmp_path / "enrollment.csv")
    put(tmp_path / "Student.CSV")
    put(tmp_path / "entity.csv.gz", gzip.compress(b"rcdts\n"))
    put(tmp_path / "homeless-2018.csv")
    put(tmp_path / "homeless-2019-b.csv")
    pl.DataFrame({"sid": ["1"]}).write_parquet(tmp_path / "el.parquet")
    assert seen(tmp_path) == {
        "enrollment.csv": "enrollment",
        "Student.CSV": "student",
        "entity.csv.gz": "entity",
        "homeless-2018.csv": "homeless",
        "homeless-2019-b.csv": "homeless",
        "el.parquet": "el",
    }


def test_a_table_is_known_by_its_folder(tmp_path: Path) -> None:
    put(tmp_path / "rssp" / "part-1.csv")
    put(tmp_path / "rssp" / "deep" / "part-2.csv")
    put(tmp_path / "rssp" / "el.csv")
    put(tmp_path / "rssp" / "README.md")
    put(tmp_path / "other" / "part-3.csv")
    assert seen(tmp_path) == {"rssp/part-1.csv": "rssp", "rssp/deep/part-2.csv": "rssp", "rssp/el.csv": "el"}


@pytest.mark.parametrize("name", ["anything.csv", "anything.txt", "no_ending", "enrollment.csv", "deep/er/x.dat"])
def test_a_batch_file_is_known_by_its_first_line(tmp_path: Path, name: str) -> None:
    put(tmp_path / name, BATCH)
    put(tmp_path / "packed" / name, gzip.compress(BATCH.encode()))
    assert seen(tmp_path) == {name: None, f"packed/{name}": None}


@pytest.mark.parametrize("before", ["\ufeff", "\n\n", "\r\n"])
def test_what_stands_before_line_1_does_not_matter(tmp_path: Path, before: str) -> None:
    put(tmp_path / "a.txt", before + BATCH)
    put(tmp_path / "b.txt", BATCH.replace("\n", "\r"))
    put(tmp_path / "c.txt", BATCH.encode("utf-16"))
    assert set(seen(tmp_path)) == {"a.txt", "b.txt", "c.txt"}


def test_damage_below_line_1_does_not_hide_a_batch_file(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", BATCH + "\0\xff\r\n")
    put(tmp_path / "b.txt", BATCH.encode("utf-16-le"))
    put(tmp_path / "c.txt", BATCH.replace("Student", "Stu\0dent\r"))
    assert set(seen(tmp_path)) == {"a.txt", "b.txt", "c.txt"}


def test_a_packed_batch_file_that_was_cut_off_is_still_one(tmp_path: Path) -> None:
    rows = "\n".join(os.urandom(40).hex() for _ in range(5000))
    put(tmp_path / "a.csv.gz", gzip.compress((BATCH + rows).encode())[:2000])
    assert seen(tmp_path) == {"a.csv.gz": None}


def test_other_files_are_left_alone_and_counted(tmp_path: Path) -> None:
    put(tmp_path / "enrollment.csv")
    put(tmp_path / "README.md", "# What")
    put(tmp_path / "TRUTH.csv", "rule,n\n")
    put(tmp_path / "logo.png", bytes(range(256)) * 20)
    put(tmp_path / "book.xlsx", b"PK\x03\x04" + bytes(99))
    put(tmp_path / ".hidden.csv", BATCH)
    put(tmp_path / ".git" / "enrollment.csv")
    got = found(tmp_path)
    assert [i.name for i in got.inputs] == ["enrollment.csv"]
    assert got.notices == ["Left alone, neither batch file nor table: 4 files (1 .csv, 1 .md, 1 .png, 1 .xlsx)."]


def test_a_name_that_is_nearly_a_table_is_pointed_out(tmp_path: Path) -> None:
    put(tmp_path / "students.csv")
    put(tmp_path / "enrollment.xlsx", b"PK")
    put(tmp_path / "tonight.zip", b"PK")
    notices = found(tmp_path).notices
    assert "students.csv was not read; did you mean student.csv?" in notices
    assert "tonight.zip was not read: unpack it first." in notices
    assert "enrollment.xlsx was not read: tables come as .csv.gz, .csv, .parquet." in notices


def test_an_extract_without_inputs_says_what_was_seen(tmp_path: Path) -> None:
    assert found(tmp_path).notices == [
        "Nothing to check: no batch file and no file that has a table's name. It is empty."
    ]
    put(tmp_path / "a.xlsx", b"PK")
    got = found(tmp_path)
    assert got.inputs == []
    assert got.notices[0].endswith("Seen: 1 .xlsx.")


def test_one_file_may_be_the_extract(tmp_path: Path) -> None:
    assert seen(put(tmp_path / "enrollment.csv")) == {"enrollment.csv": "enrollment"}
    assert seen(put(tmp_path / "x.txt", BATCH)) == {"x.txt": None}
    assert seen(put(tmp_path / "README.md")) == {}


def test_the_output_folder_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "enrollment.csv")
    put(tmp_path / "out" / "student.csv")
    assert set(seen(tmp_path)) == {"enrollment.csv", "out/student.csv"}
    assert set(seen(tmp_path, ignore=tmp_path / "out")) == {"enrollment.csv"}
    assert set(seen(tmp_path, ignore=tmp_path / "not there")) == {"enrollment.csv", "out/student.csv"}


def test_links_that_go_round_end_and_a_file_is_read_once(tmp_path: Path) -> None:
    put(tmp_path / "a" / "enrollment.csv")
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "student.csv").symlink_to(tmp_path / "a" / "enrollment.csv")
    os.link(tmp_path / "a" / "enrollment.csv", tmp_path / "el.csv")
    got = found(tmp_path)
    assert len(got.inputs) == 1
    assert got.notices == ["Reached on several ways and read once: 2 files."]


def test_a_link_to_nowhere_is_an_input_that_can_not_be_opened(tmp_path: Path) -> None:
    (tmp_path / "enrollment.csv").symlink_to(tmp_path / "gone")
    (tmp_path / "README").symlink_to(tmp_path / "gone")
    [item] = found(tmp_path).inputs
    assert (item.name, item.table) == ("enrollment.csv", "enrollment")
    assert item.problem is not None


def test_what_is_no_regular_file_is_not_opened_but_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "enrollment.csv")
    os.mkfifo(tmp_path / "README")
    for root in (tmp_path, tmp_path / "enrollment.csv"):
        [item] = found(root).inputs
        assert (item.name, item.table) == ("enrollment.csv", "enrollment")
        assert item.problem is not None


def test_files_that_are_shown_alike_are_told_apart(tmp_path: Path) -> None:
    for name in (b"el-\xe8.csv", b"el-\xe9.csv"):
        put(tmp_path / os.fsdecode(name))
    assert set(seen(tmp_path)) == {"el-\ufffd.csv", "el-\ufffd.csv (2)"}


def test_an_empty_file_is_an_input_where_its_name_says_so(tmp_path: Path) -> None:
    for name in ("enrollment.csv", "x.csv", "992550902260000_10012021_001.txt", "notes.txt", "empty"):
        put(tmp_path / name, b"")
    assert set(seen(tmp_path)) == {"enrollment.csv", "x.csv", "992550902260000_10012021_001.txt"}


def test_names_are_shown_on_one_line_in_valid_text() -> None:
    assert shown("a\nb\x1b[31m.csv") == "a\ufffdb\ufffd[31m.csv"
    assert shown(os.fsdecode(b"caf\xe9.csv")) == "caf\ufffd.csv"
    assert shown('Söhne\'s "x".csv') == 'Söhne\'s "x".csv'


def test_a_duckdb_file_holds_tables(tmp_path: Path) -> None:
    path = tmp_path / "lake.db"
    with duckdb.connect(str(path)) as db:
        db.execute("create table enrollment as select '1' as sid")
        db.execute("create table Student as select '1' as sid")
        db.execute("create view el as select * from enrollment")
        db.execute("create table runs as select 1 as x")
        db.execute("create schema other")
        db.execute("create table other.homeless as select 1 as x")
    got = found(path)
    assert {i.name: (i.table, i.inner) for i in got.inputs} == {
        "lake.db/enrollment": ("enrollment", "enrollment"),
        "lake.db/Student": ("student", "Student"),
        "lake.db/el": ("el", "el"),
    }
    assert got.notices == ["Left alone, as no table of these names is known: 1."]
    # inside a folder it is none: the results of an earlier run would be taken for an extract
    assert seen(tmp_path) == {}
