"""Whether an audit's cost grows no faster than its rows.

    python -m tests.benchmarks.linear [FOLDER] [--students 10000,100000,1000000] [--repeat 3]

Makes a world of each size in FOLDER (default: build/linear; kept, and used again if it is there) and has ``sis-audit
check`` audit them in turns, all rules and metrics, whole processes. Prints medians, how many times the rows and the CPU
seconds of the size before they are, and the CPU seconds of each stage. Ten times the rows may take 10.5 times the CPU
seconds; more ends with 1.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

from audit.query import columns
from tests.benchmarks.statewide import Cost, audit, make_world, rows_of

#: CPU seconds may grow by so much more than rows.
BAR = 1.05


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default="build/linear", type=Path)
    parser.add_argument("--students", default="10000,100000,1000000", help="sizes, with commas between them")
    parser.add_argument("--repeat", default=3, type=int)
    given = parser.parse_args()
    sizes = sorted(int(size) for size in given.students.split(","))
    taken: dict[int, list[tuple[Cost, dict[str, Any]]]] = {size: [] for size in sizes}
    for size in sizes:
        make_world(given.folder / str(size), size)
    for _ in range(given.repeat):
        for size in sizes:
            taken[size].append(audit(given.folder / str(size), given.folder / f"{size}-out"))
    return show(taken)


def show(taken: dict[int, list[tuple[Cost, dict[str, Any]]]]) -> int:
    table, stages, before, worst = [], {}, None, 0.0
    for size, runs in taken.items():
        cpu = [cost.cpu for cost, _ in runs]
        now = rows_of(runs[0][1]), statistics.median(cpu)
        growth = ["", ""]
        if before:
            more, longer = (n / b for n, b in zip(now, before, strict=True))
            growth, worst = [f"{more:.2f}", f"{longer:.2f}"], max(worst, longer / more)
        noise = f"± {(max(cpu) - min(cpu)) / 2:.2f}"
        wall, peak = (statistics.median(getattr(cost, what) for cost, _ in runs) for what in ("wall", "peak_gb"))
        told = [f"{size:,}", f"{now[0]:,}", f"{now[1]:.2f} {noise}", f"{wall:.2f}", f"{peak:.2f}", *growth]
        table.append([*told, f"{now[1] / now[0] * 1e6:.2f}"])
        stages[size] = {s: statistics.median(run["stages_cpu"][s] for _, run in runs) for s in runs[0][1]["stages_cpu"]}
        before = now
    headings = ("Students", "Rows", "CPU s", "Wall s", "Peak GB", "Rows, times", "CPU, times", "CPU s a million rows")
    print(columns(headings, table, right=range(8)))
    names = next(iter(stages.values()))
    cells = [[name, *(f"{stages[size][name]:.2f}" for size in stages)] for name in names]
    print(
        "\n" + columns(["CPU s of a stage", *(f"{size:,}" for size in stages)], cells, right=range(1, len(stages) + 1))
    )
    if before and len(taken) > 1:
        print(f"\nCPU seconds grow at most {worst:.2f} times as fast as rows (bar {BAR})")
    return int(worst > BAR)


if __name__ == "__main__":
    sys.exit(main())
