"""How much longer a state's audit takes than merely loading its files.

    python -m tests.benchmarks.statewide [FOLDER] [--students 2000000] [--faults 0.01] [--repeat 1] [--select ENR,DEMO]
    python -m tests.benchmarks.statewide build/chicago --students 305000 --courses 16 --districts 1

Makes a world of that size in FOLDER (default: build/statewide; kept, and used again if it is there), then takes turns:
DuckDB loads the CSV files into a typed DuckDB file; ``sis-audit check`` audits them. Whole processes, measured from
outside: CPU and wall seconds, peak memory. Prints the ratios, rows a second and the seconds per stage. ``--select``:
only rules that begin so; without it all rules run, and the metrics in either case: a second ratio (of the last
repetition) leaves out the seconds of that stage.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Cost:
    cpu: float
    wall: float
    peak_gb: float


def measured(command: list[str], allowed: tuple[int, ...] = (0,)) -> Cost:
    """Runs a command; CPU seconds of it and its children, wall seconds, peak memory of the largest process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in allowed:
        raise SystemExit(f"{command[:3]} ended with status {code}")
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1e6)


LOAD = """
import sys, duckdb
from pathlib import Path
from audit import rulebook_load
from audit.rulebook import DUCKDB_TYPE
folder, target, memory = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
con = duckdb.connect(target, config={"memory_limit": memory})
tables = rulebook_load.load("illinois").tables
for name, table in tables.items():
    files = sorted(str(p) for p in folder.glob(name + ".csv")) + sorted(str(p) for p in folder.glob(name + "-*.csv"))
    if not files:
        continue
    header = Path(files[0]).open(encoding="utf-8").readline().strip().split(",")
    types = {h: DUCKDB_TYPE[table.columns[h].kind] if h in table.columns else "varchar" for h in header}
    columns = "{" + ", ".join(f"'{h}': '{t}'" for h, t in types.items()) + "}"
    source = f"read_csv({files!r}, auto_detect=false, header=true, columns={columns})"
    con.execute(f"create table {name} as select * from {source}")
con.close()
"""


def load(folder: Path, target: Path, memory: str) -> Cost:
    target.unlink(missing_ok=True)
    try:
        return measured([sys.executable, "-c", LOAD, str(folder), str(target), memory])
    finally:
        target.unlink(missing_ok=True)


def audit(folder: Path, out: Path, memory: str = "3GB", select: Sequence[str] = ()) -> tuple[Cost, dict[str, Any]]:
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "audit", "check", str(folder), "--out", str(out), "--no-progress", "-q"]
    command += ["--as-of", "2018-11-30", "--memory", memory]
    command += [word for rule in select for word in ("--select", rule)]
    cost = measured(command, allowed=(0, 1))
    return cost, json.loads((out / "run.json").read_text("utf-8"))


def make_world(folder: Path, students: int, faults: str = "0.01", *more: str) -> None:
    if not folder.exists():
        command = [sys.executable, "-m", "fixtures.generate", str(folder), "--students", str(students)]
        command += ["--form", "named", "--faults", faults, "--tables", "core", "--seed", "1"]
        command += ["--history", "0.02", "--courses", "12", *more]
        print(f"making {students:,} students in {folder} ...", file=sys.stderr)
        subprocess.run(command, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default="build/statewide", type=Path)
    parser.add_argument("--students", default=2_000_000, type=int)
    parser.add_argument("--faults", default="0.01")
    parser.add_argument("--courses", default="12", help="course rows of an enrollment")
    parser.add_argument("--districts", help="number of districts (default: by students)")
    parser.add_argument("--repeat", default=1, type=int)
    parser.add_argument("--memory", default="3GB")
    parser.add_argument("--select", default="", help="beginnings of rule ids, with commas between them")
    given = parser.parse_args()
    more = ["--courses", given.courses, *(["--districts", given.districts] if given.districts else [])]
    make_world(given.folder, given.students, given.faults, *more)
    size = sum(p.stat().st_size for p in given.folder.rglob("*.csv"))
    beside = given.folder.with_name(given.folder.name + "-out")
    loads, audits, run = [], [], {}
    for _ in range(given.repeat):
        loads.append(load(given.folder, given.folder.with_name("load.duckdb"), given.memory))
        cost, run = audit(given.folder, beside, given.memory, [s for s in given.select.split(",") if s])
        audits.append(cost)
    report(size, loads, audits, run)


def rows_of(run: dict[str, Any]) -> int:
    return sum(i["rows_read"] for i in run["inputs"])


def report(size: int, loads: list[Cost], audits: list[Cost], run: dict[str, Any]) -> None:
    def median(costs: list[Cost], what: str) -> float:
        return statistics.median(getattr(c, what) for c in costs)

    rows = rows_of(run)
    print(f"{size / 1e9:.2f} GB of CSV, {rows:,} rows, {run['counts']}, {len(loads)} repetition(s), medians")
    print(f"{'':24}{'CPU s':>10}{'wall s':>10}{'peak GB':>10}{'rows/s':>14}")
    for name, costs in (("DuckDB typed load", loads), ("sis-audit check", audits)):
        cpu, wall, peak = (median(costs, w) for w in ("cpu", "wall", "peak_gb"))
        print(f"{name:24}{cpu:10.1f}{wall:10.1f}{peak:10.2f}{rows / wall:14,.0f}")
    ratios = [a.cpu / b.cpu for a, b in zip(audits, loads, strict=True)]
    walls = [a.wall / b.wall for a, b in zip(audits, loads, strict=True)]
    print(f"{'ratio':24}{statistics.median(ratios):10.2f}{statistics.median(walls):10.2f}")
    rules_alone = (audits[-1].cpu - run["stages_cpu"]["metrics"]) / loads[-1].cpu
    print(f"{'  without metrics':24}{rules_alone:10.2f}")
    print(f"stages (wall s): {run['stages']}")
    print(f"stages (CPU s): {run['stages_cpu']}")


if __name__ == "__main__":
    main()
