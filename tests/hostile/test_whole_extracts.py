"""Inputs that are the extract themselves, and those that say how the whole run is to be done."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from audit.errors import FINDINGS, NO_VERDICT, NOTHING
from tests.hostile.entries import FAULT, HEADER, SCHOOL, fault, lines, row, stamped
from tests.test_cli import run

#: Stands in a file that no extract may read, and must not come out anywhere.
SECRET = "424242424"


@dataclass(frozen=True)
class Whole:
    """``make`` writes into a folder (beside it stands ``secret.csv``) and returns the extract.

    ``status``: how the run ends. ``found``: rule, end of the file's name and line of the findings of the families FMT
    and of the planted fault. ``says``: a part of what stands on the terminal.
    """

    name: str
    make: Callable[[Path], Path]
    status: int
    found: tuple[tuple[Any, ...], ...] = ()
    says: str = ""


def _text(*rows: str) -> str:
    return stamped(lines(*rows).encode(), 1).decode()


def _file(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _tables(**tables: str) -> Callable[[Path], Path]:
    """A good table with the planted fault, and others."""

    def make(folder: Path) -> Path:
        for name, content in {"enrollment": _text(row(2), fault(3)), **tables}.items():
            (folder / f"{name}.csv").write_text(content, "utf-8")
        return folder

    return make


def _zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "tonight.zip", "w") as packed:
        packed.writestr("../../enrollment.csv", _text(fault(2)))
    return folder / "tonight.zip"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "enrollment.csv")
    return folder / "enrollment.csv"


def _duckdb(*statements: str, change: Callable[[bytes], bytes] | None = None) -> Callable[[Path], Path]:
    """A file with the good table, made by further statements; ``{secret}`` is the path of the secret."""

    def make(folder: Path) -> Path:
        path = folder / "lake.duckdb"
        with duckdb.connect(str(path)) as db:
            cells = dict(zip(HEADER.split(","), stamped(fault(1).encode(), 1).decode().split(","), strict=True))
            db.execute("create table enrollment as select " + ", ".join(f"'{v}' as {k}" for k, v in cells.items()))
            for statement in statements:
                db.execute(statement.replace("{secret}", str(folder.parent / "secret.csv")))
        if change:
            path.write_bytes(change(path.read_bytes()))
        return path

    return make


def _without_rights(folder: Path) -> Path:
    (folder / "student.csv").write_text("sid\n1\n")
    (folder / "student.csv").chmod(0)
    (folder / "closed").mkdir(mode=0)
    return _tables()(folder)


_HERE = (FAULT, "lake.duckdb/enrollment", 1)
_CSV = (FAULT, "enrollment.csv", 3)
_NASTY = "\x1b[2J<script>alert(1)</script>'; drop table x"

WHOLES = [
    Whole("a ZIP archive", _zip, NOTHING, says="tonight.zip was not read: unpack it first."),
    Whole("an empty folder", lambda folder: folder, NOTHING, says="Nothing to check"),
    Whole("a pipe", _pipe, NO_VERDICT, (("FMT-FILE", "enrollment.csv", None),)),
    Whole("an empty file", _file("enrollment.csv", b""), NO_VERDICT, (("FMT-FILE", "enrollment.csv", None),)),
    Whole("a picture", _file("x.png", b"\x89PNG\r\n\x1a\n"), NOTHING, says="Nothing to check"),
    Whole("DuckDB", _duckdb(), FINDINGS, (_HERE,)),
    Whole("a head of DuckDB alone", _file("a.db", bytes(8) + b"DUCK"), NO_VERDICT, (("FMT-FILE", "a.db", None),)),
    Whole("DuckDB cut off", _duckdb(change=lambda d: d[:9000]), NO_VERDICT, (("FMT-FILE", "lake.duckdb", None),)),
    Whole(
        "DuckDB with rubbish in it",
        _duckdb(change=lambda d: d[:4096] + os.urandom(len(d) - 4096)),
        NO_VERDICT,
        (("FMT-FILE", "lake.duckdb", None),),
    ),
    Whole(
        "DuckDB whose views read other files",
        _duckdb(
            "create view student as from read_csv('{secret}', all_varchar = true)",
            "create view el as select content as sid from read_text('{secret}')",
            "create view homeless as select file as sid from glob('/etc/*')",
            "create view act as from '{secret}'",
            "create macro stolen() as table select content as sid from read_text('{secret}')",
            "create view rssp as from stolen()",
            "create table frame as select 1 as sid",
            "create view participant as from frame",
            "drop table frame",
        ),
        NO_VERDICT,
        (
            *(
                ("FMT-FILE", f"lake.duckdb/{t}", None)
                for t in ("student", "el", "homeless", "act", "rssp", "participant")
            ),
            _HERE,
        ),
    ),
    Whole(
        "DuckDB whose view fails over a value",
        _duckdb(
            f"create view student as select ('{SECRET}x' || i)::integer::varchar as sid from range(3) t(i)",
            f"create view el as select case when i > 0 then error('{SECRET}') else '1' end as sid from range(3) t(i)",
        ),
        NO_VERDICT,
        (("FMT-FILE", "lake.duckdb/student", None), ("FMT-FILE", "lake.duckdb/el", None), _HERE),
    ),
    Whole(
        "DuckDB with days and moments beyond the calendar",
        _duckdb(
            "create table student as select i::varchar as sid, d as birth_date from (values (1, 'infinity'::date), "
            "(2, '290000-01-01'::date), (3, '4000-01-01 (BC)'::date), (4, '2004-05-06'::date)) t(i, d)",
            "create table homeless as select '1' as sid, 'infinity'::timestamp as submitted_date",
        ),
        FINDINGS,
        (
            *(("FMT-DATE", "lake.duckdb/student", n) for n in (1, 2, 3)),
            ("FMT-DATE", "lake.duckdb/homeless", 1),
            _HERE,
        ),
    ),
    Whole(
        "DuckDB with types of all kinds and names of tables that are SQL",
        _duckdb(
            'create table "x""; drop table enrollment; --" as select 1 as y',
            "create type mood as enum ('a', 'b')",
            "create table student as select '1' as sid, uuid() as u, 170141183460469231731687303715884105727::hugeint "
            "as h, '101'::bit as b, 'x'::blob as bl, interval 3 day as i, map {'a': 1} as m, time '10:00' as t, "
            "'a'::mood as mo, 'infinity'::timestamptz as tz, [1, 2] as l, 1e308::double as d, null as n, "
            "union_value(n := 1) as un",
        ),
        FINDINGS,
        (_HERE,),
        says="Left alone, as no table of these names is known: 1",
    ),
    Whole(
        "names of schools that steer a terminal",
        _tables(entity=f"rcdts,entity_name,entity_type\n{SCHOOL[:11]}0000,{_NASTY},{_NASTY}\n"),
        FINDINGS,
        (_CSV,),
    ),
    Whole(
        "parameters of the run that are none",
        _tables(run_param=f"as_of_date,current_school_year,metric_school_year\n{_NASTY},1e9,x\n"),
        FINDINGS,
        (*(("FMT-NUMBER", "run_param.csv", 2) for _ in range(2)), ("FMT-DATE", "run_param.csv", 2), _CSV),
    ),
    Whole(
        "parameters of the run that are too great",
        _tables(run_param="as_of_date,current_school_year,metric_school_year\n2099-12-31,2147483647,-2147483648\n"),
        FINDINGS,
        (_CSV,),
    ),
    Whole(
        "old names of columns that are rubbish",
        _tables(data_element=f"element_name,table_name,column_name\n{_NASTY},{_NASTY},{_NASTY}\n"),
        FINDINGS,
        (_CSV,),
    ),
]


@pytest.mark.parametrize("whole", WHOLES, ids=lambda whole: whole.name)
def test_a_whole_extract_is_told_for_what_it_is(whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("in", "cwd"):
        (tmp_path / name).mkdir()
    (tmp_path / "secret.csv").write_text(f"sid\n{SECRET}\n")
    extract = whole.make(tmp_path / "in")
    before = sorted(tmp_path.joinpath("in").rglob("*"))
    monkeypatch.chdir(tmp_path / "cwd")
    as_of = [] if "parameters" in whole.name else ["--as-of", "2018-11-30"]
    out = tmp_path / "out"
    told = run("check", extract, "--out", out, "--state", "illinois", *as_of, status=whole.status)
    printed = told.stdout + told.stderr
    assert whole.says in printed
    assert "\x1b" not in printed
    columns = ("rule_id", "file_name", "line_number")
    found = pl.read_parquet(out / "exceptions.parquet").select(columns)
    wanted = found.filter(pl.col("rule_id").str.starts_with("FMT-") | (pl.col("rule_id") == FAULT))
    assert sorted(map(str, wanted.rows())) == sorted(map(str, whole.found))
    assert sorted(tmp_path.joinpath("in").rglob("*")) == before
    assert list((tmp_path / "cwd").iterdir()) == []
    everything = b"".join(p.read_bytes() for p in out.rglob("*") if p.is_file()) + printed.encode()
    assert SECRET.encode() not in everything
    assert b"<script>alert(1)" not in b"".join(p.read_bytes() for p in out.rglob("*.html"))


def test_a_file_and_a_folder_that_may_not_be_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    """As another user where the tests run as root, who may read everything."""
    import tempfile

    from audit.read.find import find
    from audit.read.preflight import inspect_file
    from tests.read.samples import book

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        extract = _without_rights(root)
        rulebook, me = book(), os.geteuid()
        if me == 0:
            os.seteuid(65534)
        try:
            found = {i.name: i.problem for i in find(extract, rulebook).inputs}
            seen = inspect_file(extract / "student.csv")
        finally:
            os.seteuid(me)
            (root / "closed").chmod(0o700)
    assert found["enrollment.csv"] is None
    assert found["closed"] == "The folder can't be opened (permission denied)."
    assert found["student.csv"] == "The file can't be opened (permission denied)."
    assert seen.problem == "not to be opened or read (Permission denied)"


def test_a_view_beyond_memory_spills_within_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not beside the extract, which may be read-only or someone else's."""
    from audit.read import typed

    for name in ("in", "spill"):
        (tmp_path / name).mkdir()
    wide = "select i::varchar || repeat('x', 200) as sid from range(1000000) t(i) order by hash(i)"
    path = _duckdb(f"create view student as {wide}")(tmp_path / "in")
    monkeypatch.setattr(typed, "_MEMORY", "100MB")
    rows = spilled = 0
    for frame, _ in typed.open_duckdb(path, "student", tmp_path / "spill").batches:
        rows += frame.height
        spilled = max(spilled, sum(p.stat().st_size for p in (tmp_path / "spill").glob("duckdb_temp*")))
        assert list((tmp_path / "in").iterdir()) == [path]
    assert rows == 1_000_000
    assert spilled > 10_000_000
