"""--names decides what is in the files at all: every file of a run is read, payloads of pages and the database too."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import re
from pathlib import Path

import duckdb
import pytest

from audit import run
from audit.progress import Silent
from audit.settings import Options

SCHOOL = "010010010260001"
#: Two records of one person, names with signs that the state refuses, a name as long as a field may be.
STUDENT = """sid,legal_first_name,legal_middle_name,legal_last_name,birth_date,mothers_maiden_name,birth_place_name
100000001,Ottokarina,Wulfhildis,Quagmirefeld,2008-05-05,Zwetschgenbaum,Xanthippolis
100000002,Ottokarina,Wulfhildis,Quagmirefeld,2008-05-05,Zwetschgenbaum,Xanthippolis
100000003,Brünnh1ldegard,*,Vandersl00ten-Quist,2008-07-05,"Moritzburg, Ada",Yggdrasilheim
"""
ENROLLMENT = f"""sid,home_rcdts,serving_rcdts,school_year,enrollment_date,entry_grade_level,percent_day_attended
100000001,{SCHOOL},{SCHOOL},2019,2018-08-20,05,1.50
100000002,{SCHOOL},{SCHOOL},2019,2018-08-20,05,1.00
100000003,{SCHOOL},{SCHOOL},2019,2018-08-20,05,1.50
"""
NAMES = re.findall(r"[^\W_]{4,}(?:[-'][^\W_]+)?", re.sub(r"(?m)^sid.*|\d{4}-\d\d-\d\d|\b\d{9}\b", "", STUDENT))


def texts(out: Path) -> dict[str, str]:
    """Everything that a person could read in the files of a run, by file."""
    found = {}
    for path in out.rglob("*"):
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                tables = [t for (t,) in con.execute("select table_name from duckdb_tables()").fetchall()]
                found[path.name] = "\n".join(str(con.execute(f'from "{t}"').fetchall()) for t in tables)
        elif path.suffix == ".parquet":
            found[path.name] = str(duckdb.sql(f"from read_parquet('{path}')").fetchall())
        elif path.is_file() and path.suffix != ".xlsx":
            text = path.read_text("utf-8")
            for packed in re.findall(r'type="application/octet-stream" id="data">([^<]+)<', text):
                text += gzip.decompress(base64.b64decode(packed)).decode()
            found[str(path.relative_to(out))] = text
    return found


@pytest.fixture
def checked(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "student.csv").write_text(STUDENT, "utf-8")
    (folder / "enrollment.csv").write_text(ENROLLMENT, "utf-8")
    options = Options(folder, out=tmp_path / "out", as_of=dt.date(2018, 11, 30), by_district=True, names=request.param)
    assert run.check(options, Silent()).counts["error"]
    return texts(tmp_path / "out")


def test_names_to_look_for() -> None:
    assert {"Ottokarina", "Quagmirefeld", "Zwetschgenbaum", "Xanthippolis", "Moritzburg"} <= set(NAMES)


@pytest.mark.parametrize("checked", ["none", "initials"], indirect=True)
def test_no_name_is_in_any_file(checked: dict[str, str]) -> None:
    pages = {name for name in checked if name.endswith("students.html")}
    assert len(pages) > 1 and "audit.duckdb" in checked
    for file, text in checked.items():
        for name in NAMES:
            assert name not in text, (file, name[:3])


@pytest.mark.parametrize("checked", ["full"], indirect=True)
def test_names_are_there_when_asked_for(checked: dict[str, str]) -> None:
    assert all(name in checked["report/students.html"] for name in ("Ottokarina", "Quagmirefeld", "Xanthippolis"))


@pytest.mark.parametrize("checked", ["initials"], indirect=True)
def test_initials(checked: dict[str, str]) -> None:
    assert '"Q."' in checked["report/students.html"]
