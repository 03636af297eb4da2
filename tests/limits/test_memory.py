"""Little memory: what does not fit goes to disk, and the results are the same."""

from __future__ import annotations

import csv
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from audit import guard, run, values
from audit.errors import FINDINGS, USAGE
from audit.progress import Silent
from audit.settings import Options
from fixtures import generate


@contextmanager
def _spilled(folder: Path) -> Iterator[list[int]]:
    """Bytes of DuckDB's temporary files in a folder, looked at again and again; the most stands last."""
    most, done = [0], threading.Event()

    def look() -> None:
        while not done.is_set():
            sizes = []
            for path in folder.glob("sis-audit-run-*/spill/*"):
                try:
                    sizes.append(path.stat().st_size)
                except OSError:  # gone by now
                    continue
            most.append(max(most[-1], sum(sizes)))
            time.sleep(0.005)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        done.set()
        looking.join()


def _results(out: Path) -> dict[str, object]:
    """What a run found, but for times and paths."""
    files = [out / "exceptions.csv", out / "exceptions.parquet", *sorted((out / "metrics").glob("*.csv"))]
    found: dict[str, object] = {str(path.relative_to(out)): path.read_bytes() for path in files}
    with (out / "rule_results.csv").open(encoding="utf-8", newline="") as file:
        found["rules"] = [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]
    with duckdb.connect(str(out / "audit.duckdb"), read_only=True) as con:
        found["students"] = con.execute("from student_rows order by all").fetchall()
    return found


def test_the_least_memory_gives_the_same_results_by_way_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = ["--students", "9000", "--courses", "24", "--tables", "core", "--faults", "0.05"]
    assert generate.main([str(tmp_path / "in"), *world]) == 0
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    results, spilled = [], []
    for memory in (f"{values.LEAST_MEMORY // 10**6}MB", "3GB"):
        out = tmp_path / memory
        with _spilled(tmp_path / "tmp") as most:
            told = run.check(Options(tmp_path / "in", out=out, memory=memory, state="illinois"), Silent())
        assert told.exit_status == FINDINGS
        assert list((tmp_path / "tmp").iterdir()) == []
        spilled.append(most[-1])
        results.append(_results(out))
    assert spilled[0] > 1_000_000
    assert spilled[1] == 0
    assert len(results[0]["students"]) > 1_000  # type: ignore[arg-type]
    assert results[0] == results[1]


@pytest.mark.parametrize("error", [MemoryError(), duckdb.OutOfMemoryException("failed to allocate data")])
def test_too_little_memory_is_said(error: Exception) -> None:
    led_to = RuntimeError("a stage failed")
    led_to.__cause__ = error
    for each in (error, led_to):
        status, told = guard.meaning(each)
        assert status == USAGE
        assert "--memory 2GB" in told
