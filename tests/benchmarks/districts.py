"""Reports of 860 districts from 1,000,000 findings: ``python -m tests.benchmarks.districts [DISTRICTS] [FINDINGS]``.

Makes an invented audit.duckdb (no check is run), builds all reports in processes beside each other and prints the
seconds. The bar: under 180 seconds on two cores.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))  # the invented results of the tests

from sample import Sample, spread

import reports

DISTRICTS, FINDINGS, BAR = 860, 1_000_000, 180
#: As a check keeps them for so many districts.
STUDENTS = 116


def main() -> int:
    districts, findings = (int(a) for a in [*sys.argv[1:], str(DISTRICTS), str(FINDINGS)][:2])
    with tempfile.TemporaryDirectory() as folder:
        database = Sample(findings=-(-findings // districts)).write(Path(folder) / "audit.duckdb")
        spread(database, districts, STUDENTS)
        start = time.perf_counter()
        written = reports.build_districts(database, Path(folder) / "report")
        seconds = time.perf_counter() - start
        size = sum(p.stat().st_size for p in Path(folder, "report").rglob("*") if p.is_file())
    print(f"{len(written)} reports, {size / 1e6:,.0f} MB, {seconds:.1f} seconds (bar {BAR})")
    return int(seconds > BAR)


if __name__ == "__main__":
    sys.exit(main())
