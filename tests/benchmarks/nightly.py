"""What a night costs in which one district of a hundred has changed, against a night that does everything anew.

    python -m tests.benchmarks.nightly [FOLDER] [--students 2000000] [--districts 100] [--repeat 1]

Makes a world of that size in FOLDER (default: build/nightly; kept, and used again if it is there) with a file for each
district in each table. A first night fills a workspace. Then a hundredth of the rows of one district changes: its files
are replaced, the others lie untouched. Two copies of the workspace have that night: one takes over what it can, one
nothing (``--no-reuse``). Whole processes, measured from outside. The exceptions of both must be the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import filecmp
import random
import shutil
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import duckdb

from audit.checksum import SETTLED
from tests.benchmarks.statewide import Cost, make_world, measured

#: The time of a whole night that one with a changed district in a hundred may take.
BAR = 0.25
TABLES = ("student", "enrollment", "student_course_assignment")


def by_district(whole: Path, folder: Path, districts: int) -> None:
    """Each table's rows in files by a group of districts: that of the student's enrollment."""
    con = duckdb.connect(config={"memory_limit": "4GB", "threads": 1, "preserve_insertion_order": False})
    con.execute(f"create view enrollment as from read_csv('{whole / 'enrollment.csv'}', all_varchar = true)")
    con.execute(
        "create table placed as with home as (select sid, any_value(left(home_rcdts, 11)) as rcdt from enrollment "
        "group by sid), numbered as (select rcdt, (row_number() over (order by rcdt) - 1) * "
        f"{districts} // count(*) over () as district from (select distinct rcdt from home)) "
        "select sid, printf('d%04d', district) as district from home join numbered using (rcdt)"
    )
    for table in sorted(whole.glob("*.csv")):
        parts = folder / table.stem
        parts.mkdir(parents=True)
        if "sid" not in table.open(encoding="utf-8").readline().strip().split(","):
            shutil.copy(table, parts / table.name)
            continue
        split = folder / ".split"
        con.execute(
            f"copy (select t.*, coalesce(district, 'd0000') as district from read_csv('{table}', all_varchar = true, "
            f"parallel = false) t left join placed using (sid)) to '{split}' (format csv, partition_by (district))"
        )
        for district in split.iterdir():
            (whole_file := parts / f"{district.name.partition('=')[2]}.csv").touch()
            _join(sorted(district.iterdir()), whole_file)
        shutil.rmtree(split)


def _join(files: Iterable[Path], target: Path) -> None:
    """One file of several with the same header."""
    with target.open("wb") as out:
        for nth, file in enumerate(files):
            with file.open("rb") as part:
                header = part.readline()
                out.write(b"" if nth else header)
                shutil.copyfileobj(part, out)


def change(first: Path, folder: Path, seed: int) -> list[Path]:
    """In a district's files one row in a hundred goes, and one gets a value of another row, or one that is wrong.

    Returns their paths within the folder.
    """
    chance = random.Random(seed)
    district = chance.choice(sorted(p.name for p in (first / TABLES[0]).iterdir()))
    changed = [Path(table, district) for table in TABLES]
    for path in changed:
        with (first / path).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        kept = [row for row in rows if chance.random() > 0.01]
        for row in kept:
            if chance.random() < 0.01:
                at = chance.randrange(len(row))
                row[at] = chance.choice(["", "99", chance.choice(kept)[at]])
        with (folder / path).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *kept])
    return changed


def night(extract: Path, out: Path, workspace: Path, *more: str) -> Cost:
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "audit", "check", str(extract), "--out", str(out), "--workspace", str(workspace)]
    return measured([*command, "--as-of", "2018-11-30", "--no-progress", "-q", *more], allowed=(0, 1))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default="build/nightly", type=Path)
    parser.add_argument("--students", default=2_000_000, type=int)
    parser.add_argument("--districts", default=100, type=int)
    parser.add_argument("--repeat", default=1, type=int)
    given = parser.parse_args()
    first, second, space = (given.folder / name for name in ("first", "second", "workspace"))
    if not first.exists():
        make_world(given.folder / "whole", given.students)
        by_district(given.folder / "whole", first, given.districts)
    for made in (second, space):
        shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(first, second)
    time.sleep(SETTLED / 10**9)
    begun = night(second, given.folder / "first-out", space)
    anew, again, changed = [], [], list[Path]()
    for nth in range(given.repeat):
        for path in changed:
            shutil.copy(first / path, second / path)
        changed = change(first, second, nth)
        for name in ("reusing", "doing"):
            shutil.rmtree(given.folder / name, ignore_errors=True)
            shutil.copytree(space, given.folder / name)
        anew.append(night(second, given.folder / "anew-out", given.folder / "doing", "--no-reuse"))
        again.append(night(second, given.folder / "again-out", given.folder / "reusing"))
        outs = [given.folder / name / "exceptions.csv" for name in ("anew-out", "again-out")]
        if not filecmp.cmp(*outs, shallow=False):
            raise SystemExit("the exceptions differ")
    print(f"{'':28}{'CPU s':>10}{'wall s':>10}{'peak GB':>10}")
    for name, costs in (("first night", [begun]), ("everything anew", anew), ("one district has changed", again)):
        print(f"{name:28}" + "".join(f"{_median(costs, w):10.1f}" for w in ("cpu", "wall", "peak_gb")))
    ratio = _median(again, "wall") / _median(anew, "wall")
    print(f"{'ratio':28}{_median(again, 'cpu') / _median(anew, 'cpu'):10.2f}{ratio:10.2f} (bar {BAR})")
    return int(ratio > BAR)


def _median(costs: list[Cost], what: str) -> float:
    return statistics.median(getattr(c, what) for c in costs)


if __name__ == "__main__":
    sys.exit(main())
