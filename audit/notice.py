"""What an unattended run leaves for people: ``notice.txt``, ``notice.json`` and the command ``on_finish``.

Counts, codes of districts, ids of rules and paths; no student value.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audit import terminal
from audit.engines.connect import reading

#: Districts named in a notice.
WORST = 10

_WORSE = f"select rcdt, before, now, worse, better from worse where worse > better limit {WORST}"


def write(stage: Path, out: Path, summary: terminal.Summary, document: Mapping[str, Any]) -> None:
    """notice.txt and notice.json of the results in ``stage`` that are going to ``out``. ``document``: run.json."""
    worse = _worse(stage / "audit.duckdb") if "workspace" in document else []
    report = out.resolve() / "report" / "index.html"
    lines = [*terminal.lines_before(summary), terminal.sentence(summary)]
    lines += [summary.since] if summary.since else []
    lines += [n for n in document["notices"] if n.startswith("WAIVERS")]
    if worse:
        lines += ["", "Districts that got worse:"]
        lines += [
            f"  {w['rcdt'] or 'without a district'}: {w['worse']:,} new or back, {w['better']:,} resolved"
            for w in worse
        ]
    lines += ["", f"Report  {report}"]
    told = {
        **{k: document[k] for k in ("program", "version", "as_of", "started", "seconds", "verdict", "exit_status")},
        **{k: document[k] for k in ("counts", "waived")},
        **{k: document[k] for k in ("waivers", "workspace") if k in document},
        "records": summary.records,
        "rejected": summary.rejected,
        "unread": len(summary.unread),
        "rules_not_run": len(summary.not_run),
        "worse": worse,
        "out": str(out.resolve()),
        "report": str(report),
    }
    (stage / "notice.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (stage / "notice.json").write_text(json.dumps(told, indent=1, ensure_ascii=False, default=str) + "\n", "utf-8")


def _worse(database: Path) -> list[dict[str, Any]]:
    with reading(database) as con:
        rows = con.execute(_WORSE).fetchall()
    return [dict(zip(("rcdt", "before", "now", "worse", "better"), row, strict=True)) for row in rows]


def finish(command: str, status: int, out: Path, text: str | None = None) -> str | None:
    """Runs the command of the setting ``on_finish`` in a shell; a complaint if it fails.

    It gets the notice on its standard input (``text`` where a run has failed), and in its environment
    AUDIT_EXIT_STATUS, AUDIT_OUT and AUDIT_NOTICE (the path of notice.txt, empty where the run has left none). What it
    prints goes to stderr.
    """
    file = out.resolve() / "notice.txt"
    environ = {
        **os.environ,
        "AUDIT_EXIT_STATUS": str(status),
        "AUDIT_OUT": str(out.resolve()),
        "AUDIT_NOTICE": "" if text else str(file),
    }
    told = text or file.read_text("utf-8")
    try:
        done = subprocess.run(command, shell=True, input=told.encode(), stdout=sys.stderr.fileno(), env=environ)
    except OSError as error:
        return f"on_finish: can't be run ({error.strerror})"
    return f"on_finish: ended with {done.returncode}" if done.returncode else None
