"""Exports of whole runs: values as they were, no cell that runs, no name unless asked for, stdout as the file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import pty
import subprocess
import sys
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import polars as pl
import pytest
from typer.testing import CliRunner

import fixtures
from audit import run, spreadsheet
from audit.cli import app
from audit.exceptions import COLUMNS
from audit.progress import Silent
from audit.settings import Options
from reports.export import package

A1 = "010010010260001"
STUDENT = "sid,legal_first_name,legal_last_name,birth_date"
ENROLLMENT = "sid,home_rcdts,serving_rcdts,school_year,enrollment_date,percent_day_attended,entry_type_code"
#: Names that break the rules for names, so that findings are about them.
FIRST, LAST = "Ottoline9", "Quill_feather"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    (folder / "in").mkdir()
    (folder / "in" / "student.csv").write_text(f"{STUDENT}\n000000012,{FIRST},{LAST},2008-05-05\n", "utf-8")
    rows = [f"000000012,{A1},{A1},2019,2018-08-20,-0.5,02", f"=cmd|' /C calc'!A0,{A1},{A1},2019,2018-08-20,2.50,02"]
    (folder / "in" / "enrollment.csv").write_text("\n".join([ENROLLMENT, *rows, ""]), "utf-8")
    run.check(Options(folder / "in", out=folder / "out", as_of=dt.date(2018, 11, 30)), Silent())
    return folder / "out"


def exceptions(out: Path) -> list[dict[str, str]]:
    with (out / "exceptions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "exceptions.jsonl").read_text("utf-8").splitlines()]


def test_csv_keeps_numbers_and_guards_what_a_spreadsheet_would_run(out: Path) -> None:
    shares = {e["sid"]: e["value"] for e in exceptions(out) if e["rule_id"] == "IL-ENR-010"}
    assert shares == {"000000012": "-0.5", "'=cmd|' /C calc'!A0": "2.5"}
    for line in exceptions(out):
        for cell in line.values():
            assert cell[:1] not in ("=", "+", "@") and (cell[:1] != "-" or float(cell)), cell


def test_lists_are_guarded_alike() -> None:
    frame = pl.DataFrame({"a": ["=1", "-0.5", "-1;-.5", "-x", None, "1-2", "+", "＝1"], "n": range(8)})
    guarded = spreadsheet.guarded_frame(frame)
    assert guarded["a"].to_list() == ["'=1", "-0.5", "-1;-.5", "'-x", None, "1-2", "+", "'＝1"]
    assert duckdb.sql(f"select {spreadsheet.guarded(['a'])} from frame").fetchall() == guarded.select("a").rows()


def test_cells_are_as_a_csv_file_has_them() -> None:
    texts = pl.Series("a", ["7", "a,b", 'a "b"', "a\nb", "a\r", "", " a ", "=1+1", "=A,1", "-0.5", "é", "'"])
    for some in (texts, texts[:1]):
        lines = spreadsheet.guarded_frame(some.to_frame()).write_csv(include_header=False, line_terminator="|")
        assert "".join(f"{cell}|" for cell in spreadsheet.cells(some)) == lines


def test_a_file_of_several_frames_is_guarded_in_its_text_columns(tmp_path: Path) -> None:
    frame = pl.DataFrame({"sid": ["=1+1", 'a,"b'], "n": [-3, None], "rate": ["-0.5", None]})
    spreadsheet.write(tmp_path / "a.csv", [frame.clear(), frame, frame.clear(), frame])
    rows = """'=1+1,-3,-0.5\n"a,""b",,\n"""
    assert (tmp_path / "a.csv").read_text("utf-8") == f"sid,n,rate\n{rows}{rows}"


def test_csv_has_no_byte_order_mark_and_the_columns_of_the_contract(out: Path) -> None:
    head = (out / "exceptions.csv").read_text("utf-8").splitlines()[0]
    assert head == ",".join(COLUMNS)


def test_json_lines_hold_every_value_as_it_was(out: Path) -> None:
    found = lines(out)
    assert [line.pop("schema_version") for line in found] == [1] * len(found)
    assert found == pl.read_parquet(out / "exceptions.parquet").to_dicts()
    assert "=cmd|' /C calc'!A0" in {line["sid"] for line in found}


def test_json_lines_are_valid_by_the_packaged_schema(out: Path) -> None:
    schema = json.loads((resources.files("reports.export") / "exceptions.schema.json").read_text("utf-8"))
    assert list(schema["properties"]) == schema["required"] == ["schema_version", *COLUMNS]
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for line in lines(out):
        validator.validate(line)
        assert not validator.is_valid(line | {"severity": "fatal"})


def test_package_names_every_table_and_describes_every_column(tmp_path: Path) -> None:
    fixtures.write_demo(tmp_path / "in")
    run.check(Options(tmp_path / "in", out=tmp_path / "out"), Silent())
    resources_ = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))["resources"]
    files = [*(tmp_path / "out").glob("*"), *(tmp_path / "out" / "metrics").glob("*")]
    written = {p.relative_to(tmp_path / "out").as_posix() for p in files if p.suffix in (".csv", ".jsonl", ".parquet")}
    assert {r["path"] for r in resources_} == written
    assert {"exceptions.csv", "rule_results.csv", "metrics/fot_students.csv"} <= written
    for resource in resources_:
        for described in resource.get("schema", {}).get("fields", ()):
            assert described.get("description"), (resource["path"], described)


def test_files_are_private(out: Path) -> None:
    for name in ("exceptions.xlsx", "exceptions.jsonl", "junit.xml", "datapackage.json"):
        assert (out / name).stat().st_mode & 0o777 == 0o600, name


# ---------------------------------------------------------------------------------------------------------------------
# Names


def everything(out: Path) -> str:
    """All that is in the files of a run, unpacked."""
    texts = []
    for path in out.rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as file:
                texts += [file.read(name).decode() for name in file.namelist()]
        elif path.suffix == ".parquet":
            texts.append(str(pl.read_parquet(path).rows()))
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                tables = con.execute("select table_name from duckdb_tables()").fetchall()
                texts += [str(con.execute(f'from "{table}"').fetchall()) for (table,) in tables]
        elif path.is_file():
            texts.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(texts)


def test_no_name_in_any_export(out: Path) -> None:
    text = everything(out)
    assert "IL-DEMO-008" in text  # there is a finding about the name
    for name in (FIRST, LAST):
        assert name not in text


def test_names_in_full_are_in_the_exports(out: Path, tmp_path: Path) -> None:
    run.check(Options(out.parent / "in", out=tmp_path, as_of=dt.date(2018, 11, 30), names="full"), Silent())
    assert LAST in everything(tmp_path)


# ---------------------------------------------------------------------------------------------------------------------
# stdout


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "xlsx", "junit"])
def test_stdout_is_the_file(out: Path, tmp_path: Path, form: str) -> None:
    words = ["check", str(out.parent / "in"), "--out", str(tmp_path), "--as-of", "2018-11-30", "--format", form]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    name = {"junit": "junit.xml"}.get(form, f"exceptions.{form}")
    assert result.stdout_bytes == (tmp_path / name).read_bytes() == (out / name).read_bytes()


def on_a_terminal(out: Path, *words: str) -> tuple[int, str]:
    """Exit status and stderr of a command whose stdout is a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from audit.cli import main; main()", "check", str(out.parent / "in"), *words]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)
    os.close(ours)
    return done.returncode, done.stderr


@pytest.mark.parametrize("form, said", [("csv", "students' values"), ("xlsx", "no terminal can show it")])
def test_a_terminal_is_not_given_values(out: Path, tmp_path: Path, form: str, said: str) -> None:
    status, told = on_a_terminal(out, "--out", str(tmp_path / "out"), "--format", form)
    assert status == 2 and said in told and not (tmp_path / "out").exists()


def test_an_unknown_form_is_refused(out: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(out.parent / "in"), "--format", "pdf"])
    assert result.exit_code == 2 and "junit" in result.stderr


def test_a_workbook_of_a_run_before_does_not_stay(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(out.parent / "in", out=tmp_path, as_of=dt.date(2018, 11, 30))
    run.check(options, Silent())
    assert (tmp_path / "exceptions.xlsx").exists()
    monkeypatch.setattr("reports.export.MOST_BY_DEFAULT", 0)
    run.check(options, Silent())
    assert not (tmp_path / "exceptions.xlsx").exists()


def test_descriptions_are_told_once() -> None:
    text = (resources.files("reports.export") / "fields.csv").read_text("utf-8")
    names = [row["name"] for row in csv.DictReader(io.StringIO(text))]
    assert len(names) == len(set(names)) == len(package._columns())
