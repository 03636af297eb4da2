"""More findings than memory should hold: what the report asks spills to disk."""

import subprocess
import sys
from pathlib import Path

import duckdb
from sample import Sample

FINDINGS, FEW = 2_000_000, 20_000

_ASK = """
import sys
from pathlib import Path
from reports import page, views
with views.opened(Path(sys.argv[1]), int(sys.argv[2]) * 1_000_000) as results:
    print(results.counts().findings, results.findings(page.MOST_FINDINGS).height)
# not ru_maxrss: a new process inherits that from the one that started it
print(next(int(r.split()[1]) // 1000 for r in open('/proc/self/status') if r.startswith('VmHWM')))
"""


def asked(database: Path, memory: int) -> tuple[str, int]:
    """What a process finds with so many megabytes for its queries, and the megabytes that it takes at most."""
    script = database.with_name("ask.py")
    script.write_text(_ASK)
    command = [sys.executable, str(script), str(database), str(memory)]
    told = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    *found, peak = told.stdout.splitlines()
    return "\n".join(found), int(peak)


def test_memory_follows_the_share_given_and_not_the_number_of_findings(tmp_path: Path) -> None:
    database = Sample(findings=FEW).write(tmp_path / "audit.duckdb")
    with duckdb.connect(str(database)) as results:
        results.execute(
            "insert into exceptions select e.* replace (line_number + 100000 * copy as line_number, "
            "md5(fingerprint || copy) as fingerprint) "
            f"from exceptions e, range(1, {FINDINGS // FEW}) copies(copy)"
        )
    tight, wide = asked(database, 200), asked(database, 8000)
    assert tight[0] == wide[0] == f"{FINDINGS} 250000"
    assert tight[1] < 0.6 * wide[1], f"{tight[1]} MB with 200 MB, {wide[1]} MB with 8 GB"
