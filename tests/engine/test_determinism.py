"""The same extract gives the same bytes: whatever the threads, the cuts of reading and judging, the order of files."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import polars as pl
import pytest

from audit import rows, run, session, settle
from audit.engines.embedded import Engine
from audit.progress import Silent
from audit.read import file, load, parts
from audit.read.lines import read_blocks
from audit.settings import Options
from fixtures import generate

#: What tells when and where a run was, or how long it took; nothing else may differ.
OF_THE_RUN = [
    rb'"(started|seconds|out|report|cpu|memory)": [^\n]*', rb"in [\d.]+ seconds", rb"<li>Run [^<]*",
]  # fmt: skip
#: Files that hold times, compared by what else they say.
BY_CONTENT = {"audit.duckdb", "run.json", "rule_results.csv"}
WAYS: dict[str, dict[str, Any]] = {
    "two threads, compiled": {"threads": 2, "block": 2000, "compiled": True, "part": 50, "batch": 37},
    "eight threads": {"threads": 8, "block": 5000, "part": 20, "batch": 1000},
}


@contextmanager
def cut(block: int = 0, part: int = 0, batch: int = 0, compiled: bool = False) -> Iterator[None]:
    """Sizes at which things are cut that are whole otherwise; ``compiled``: large files' way. No extract is small."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(session, "SMALL", 0))
        stack.enter_context(patch.object(settle, "COPIED", 0))
        stack.enter_context(patch.object(load, "LARGE", 0 if compiled else 1 << 40))
        stack.enter_context(patch.object(rows, "WORTH", 0 if compiled else 1 << 40))
        if block:
            stack.enter_context(patch.object(file, "read_blocks", partial(read_blocks, block=block, piece=block)))
        if part:
            stack.enter_context(patch.object(parts, "PART_ROWS", part))
        if batch:
            stack.enter_context(patch.object(Engine, "batches", _in_batches(batch)))
        yield


def _in_batches(size: int) -> Any:
    whole = Engine.batches
    return lambda engine, sql, columns=None, counted="", _size=0: whole(engine, sql, columns, counted, size)


def check(folder: Path, out: Path, threads: int = 1, **sizes: Any) -> Path:
    with cut(**sizes):
        run.check(Options(extract=folder, out=out, as_of=dt.date(2018, 11, 30), threads=threads, xlsx=True), Silent())
    return out


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of some students with faults; two of the tables in two files, by student."""
    folder = tmp_path_factory.mktemp("worlds") / "in"
    generate.main([str(folder), "--students", "60", "--faults", "0.3"])
    for table in ("enrollment", "student_course_assignment"):
        path = folder / f"{table}.csv"
        head, *lines = path.read_text("utf-8").splitlines(keepends=True)
        sid = head.strip().split(",").index("sid")
        for n in (0, 1):
            own = [line for line in lines if sum(next(csv.reader([line]))[sid].encode()) % 2 == n]
            (folder / f"{table}-{n}.csv").write_text("".join([head, *own]), "utf-8")
        path.unlink()
    return folder


@pytest.fixture(scope="module")
def plain(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of one thread that cuts nothing."""
    return check(world, tmp_path_factory.mktemp("runs") / "out")


def contents(out: Path) -> dict[str, bytes]:
    """All files by their names, without what is of the run."""
    found = {}
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        if path.name not in BY_CONTENT:
            data = path.read_bytes()
            for pattern in OF_THE_RUN if path.suffix in {".html", ".json", ".txt"} else ():
                data = re.sub(pattern, b"", data)
            found[str(path.relative_to(out))] = data.replace(str(out).encode(), b"")
    return found


def rule_results(out: Path) -> list[dict[str, str]]:
    with (out / "rule_results.csv").open(encoding="utf-8", newline="") as results:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(results)]


def account(out: Path) -> dict[str, Any]:
    told = json.loads((out / "run.json").read_text("utf-8"))
    told["options"] = {k: v for k, v in told["options"].items() if k not in ("out", "threads")}
    return {k: v for k, v in told.items() if k not in ("started", "seconds") and "stages" not in k}


def tables(out: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The tables of the database, their rows in the order in which they are stored (but for the students' own rows)."""
    with duckdb.connect(str(out / "audit.duckdb"), read_only=True) as con:
        names = [n for (n,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        columns = {n: [c[0] for c in con.execute(f"describe {n}").fetchall()] for n in names}
        timed = {"seconds", "started", "out"}
        return {
            n: con.execute(
                f"select {', '.join(c for c in columns[n] if c not in timed)} from {n}"
                + (" order by all" if n == "student_rows" else "")
            ).fetchall()
            for n in names
            if n not in ("run", "stages")
        }


@pytest.mark.parametrize("way", WAYS)
def test_threads_and_cuts_do_not_show(way: str, world: Path, plain: Path, tmp_path: Path) -> None:
    out = check(world, tmp_path / "out", **WAYS[way])
    wanted, seen = contents(plain), contents(out)
    assert [name for name in wanted.keys() | seen.keys() if wanted.get(name) != seen.get(name)] == []
    assert rule_results(out) == rule_results(plain)
    assert account(out) == account(plain)
    stored = tables(plain)
    assert [name for name, rows in tables(out).items() if rows != stored[name]] == []
    assert len(stored["exceptions"]) > 100


def test_the_order_of_files_does_not_show(world: Path, plain: Path, tmp_path: Path) -> None:
    """Files of a table under names that sort the other way, made in another order: the same but for these names."""
    turned = {f"{t}-{n}.csv": f"{t}-{'zy'[n]}.csv" for t in ("enrollment", "student_course_assignment") for n in (0, 1)}
    folder = tmp_path / "in"
    folder.mkdir()
    for path in sorted(world.iterdir(), reverse=True):
        shutil.copy(path, folder / turned.get(path.name, path.name))
    out = check(folder, tmp_path / "out")

    def findings(results: Path) -> list[str]:
        rows = pl.read_parquet(results / "exceptions.parquet").drop("fingerprint").rows()
        told = [json.dumps(row, default=str) for row in rows]
        for old, new in turned.items():
            told = [text.replace(new, old) for text in told]
        return sorted(told)

    assert findings(out) == findings(plain)
    assert rule_results(out) == rule_results(plain)
    for name, data in contents(plain).items():
        if name.startswith("metrics/") and name.endswith(".csv"):
            assert (out / name).read_bytes() == data, name
