"""How long a small district waits for its report.

    python -m tests.benchmarks.start [FOLDER] [--students 2000] [--courses 29] [--repeat 5]

Makes a world of that size in FOLDER (default: build/start; kept, and used again if it is there). In turns, whole
processes: Python imports polars, pandera and duckdb and does nothing with them; ``sis-audit check`` audits the world,
all rules, metrics and report. Prints medians; a check that takes more than 1.5 seconds longer than the imports, on the
clock, ends with 1.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

from audit.query import columns
from tests.benchmarks.statewide import audit, make_world, measured

BAR = 1.5
IMPORTS = "import duckdb, pandera.polars, polars"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default="build/start", type=Path)
    parser.add_argument("--students", default=2_000, type=int)
    parser.add_argument("--courses", default="29", help="course rows of an enrollment")
    parser.add_argument("--repeat", default=5, type=int)
    given = parser.parse_args()
    make_world(given.folder, given.students, "0.01", "--courses", given.courses)
    beside = given.folder.with_name(given.folder.name + "-out")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
    audit(given.folder, beside)  # the first one may compile
    imports, checks = [], []
    for _ in range(given.repeat):
        imports.append(measured([sys.executable, "-c", IMPORTS]))
        checks.append(audit(given.folder, beside)[0])
    table, medians = [], {}
    for name, costs in (("imports alone", imports), ("sis-audit check", checks)):
        medians[name] = [statistics.median(getattr(c, what) for c in costs) for what in ("cpu", "wall")]
        table.append([name, *(f"{m:.2f}" for m in medians[name])])
    more = [check - alone for alone, check in zip(*medians.values(), strict=True)]
    table.append(["more", *(f"{m:.2f}" for m in more)])
    print(columns([f"{given.students:,} students", "CPU s", "Wall s"], table, right=(1, 2)))
    return int(more[1] > BAR)


if __name__ == "__main__":
    sys.exit(main())
