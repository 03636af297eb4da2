"""The same rows and the same 20 row rules, judged by sis-audit and by other programs.

    pip install -e '.[peers]'
    python -m tests.benchmarks.peers [--rows 230000] [--repeat 3] [--markdown]

Makes invented enrollments and their students as typed Parquet files, about 2 % of the rows spoiled. Each program judges
them in a process of its own, in turns, medians over the repetitions: the CPU seconds of getting ready (imports, rules)
and of judging (reading the Parquet files, counting the failing rows of each rule, and getting hold of these where the
program can), the seconds of judging on the clock, and the peak memory of the process. The counts must agree, rule by
rule; a difference ends with 1. What is not installed is left out and said so. No process can reach a network.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from audit.profile import cpu_seconds, peak_memory
from audit.query import columns
from tests.benchmarks.peers.rules import RULES
from tests.benchmarks.peers.ways import WAYS, Found, Way

HEADINGS = (
    "Program", "Rules", "Ready, CPU s", "Judging, CPU s", "Judging, s", "Peak MB", "Failing records", "Null verdict",
)  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """One process: seconds and bytes, and what it found."""

    ready: float
    cpu: float
    wall: float
    peak: int
    counts: Mapping[str, int]
    records: int


def take_turn(way: Way, folder: Path) -> Turn:
    """Judges in this process."""
    begun = cpu_seconds()
    judge = way.prepare(folder)
    cpu, wall = cpu_seconds(), time.perf_counter()
    found = judge()
    return Turn(cpu - begun, cpu_seconds() - cpu, time.perf_counter() - wall, peak_memory(), **asdict(found))


def turn_apart(number: int, folder: Path) -> Turn:
    """Judges in a process of its own. What programs print goes nowhere, unless they fail."""
    command = [sys.executable, "-m", "tests.benchmarks.peers", "--way", str(number), "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{WAYS[number].title} failed:\n{done.stderr}")
    return Turn(**json.loads(done.stdout.splitlines()[-1]))


def differences(found: Mapping[str, Found | Turn]) -> list[str]:
    """Where programs count other failing rows than the first one, or lose some of those counted."""
    first, *_ = found.values()
    told = []
    for title, one in found.items():
        told += [
            f"{title}, {r}: {n} rows, not {first.counts[r]}" for r, n in one.counts.items() if n != first.counts[r]
        ]
        if one.records not in (0, sum(one.counts.values())):
            told.append(f"{title}: {one.records} records of {sum(one.counts.values())}")
    return told


def row(way: Way, turns: Sequence[Turn]) -> list[str]:
    """A line of the table: medians; CPU seconds with half the distance between the least and the most."""
    if not turns:
        return [way.title, "not installed", *[""] * 6]
    cpu = [t.cpu for t in turns]
    every = sum(map(len, RULES.values()))
    return [
        f"{way.title} {way.version}",
        f"{len(turns[0].counts)} of {every}",
        f"{statistics.median(t.ready for t in turns):.2f}",
        f"{statistics.median(cpu):.2f} ± {(max(cpu) - min(cpu)) / 2:.2f}",
        f"{statistics.median(t.wall for t in turns):.2f}",
        f"{statistics.median(t.peak for t in turns) / 1e6:,.0f}",
        way.records or "none, counts only",
        way.null,
    ]


def markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [HEADINGS, ["---", *["---:"] * 5, "---", "---"], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _no_network(*_: Any) -> None:
    raise OSError("no network in this benchmark")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default=230_000, type=int, help="enrollments (default 230,000)")
    parser.add_argument("--repeat", default=3, type=int, help="turns of each program (default 3)")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--way", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way is not None:
        socket.socket.connect = _no_network  # type: ignore[assignment, method-assign]
        print("\n" + json.dumps(asdict(take_turn(WAYS[given.way], given.folder))))
        return
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(compare(Path(folder, "tables"), given.rows, given.repeat, given.markdown))


def compare(folder: Path, rows: int, repeat: int, as_markdown: bool) -> int:
    import polars as pl

    from tests.benchmarks.peers.world import make

    make(folder, rows)
    turns: dict[int, list[Turn]] = {n: [] for n, _ in enumerate(WAYS)}
    for _ in range(repeat):
        for number, way in enumerate(WAYS):
            if way.version:
                turns[number].append(turn_apart(number, folder))
    table = [row(way, turns[n]) for n, way in enumerate(WAYS)]
    print(markdown(table) if as_markdown else columns(HEADINGS, table, right=range(1, 6)))
    sizes = [f"{pl.scan_parquet(folder / f'{t}.parquet').select(pl.len()).collect().item():,} {t} rows" for t in RULES]
    failing = sum(turns[0][0].counts.values())
    print(f"\n{', '.join(sizes)}; {failing:,} failing (rule, row) pairs; medians of {repeat}, in turns")
    wrong = differences({WAYS[n].title: turn for n, taken in turns.items() for turn in taken})
    print("\n".join(wrong) or "The counts of all programs agree, rule by rule.")
    return int(bool(wrong))


if __name__ == "__main__":
    main()
