"""The one sentence a user looks for: ready or not, and never "ready" by absence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Literal

from reports.views import Counts, Run

#: Exit statuses that mean: an input or a rule failed, or there was nothing to check.
NO_VERDICT = (3, 4, 5)

TITLES = {
    "not-ready": "Not ready to submit",
    "warnings": "Ready, with warnings",
    "ready": "Ready to submit",
    "unknown": "Could not judge",
}


@dataclass(frozen=True)
class Verdict:
    """``reasons``: why no verdict is given, a sentence each; empty for the other kinds."""

    kind: Literal["not-ready", "warnings", "ready", "unknown"]
    reasons: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return TITLES[self.kind]


def judge(run: Run, counts: Counts, inputs: Sequence[SimpleNamespace], results: Sequence[SimpleNamespace]) -> Verdict:
    """The verdict on a run. A doubt in any of the inputs or rules outweighs what the findings say."""
    reasons = _doubts(counts, inputs, results)
    if not reasons and (run.exit_status in NO_VERDICT or run.verdict.replace("_", " ") == "could not judge"):
        reasons = ["The run says that an input or a rule could not be used."]
    if reasons:
        return Verdict("unknown", tuple(reasons))
    return Verdict("not-ready" if counts.failed else "warnings" if counts.warnings else "ready")


def _doubts(counts: Counts, inputs: Sequence[SimpleNamespace], results: Sequence[SimpleNamespace]) -> list[str]:
    unreadable = [f.path for f in inputs if not f.readable]
    unbalanced = [f.path for f in inputs if f.readable and f.missing]
    broken = [r.rule_id for r in results if r.status == "error"]
    doubts = []
    if unreadable:
        doubts.append(f"{_files(unreadable)} could not be read.")
    if unbalanced:
        doubts.append(f"{_files(unbalanced)}: not every line is accounted for.")
    if broken:
        doubts.append(f"{_named('Rule', 'Rules', broken)} failed to run.")
    if not counts.records:
        doubts.append("No record was read.")
    elif not any(r.status in ("passed", "findings", "nothing_found") for r in results):
        doubts.append("No rule could be run on what was supplied.")
    return doubts


def _files(paths: Sequence[str]) -> str:
    return _named("File", "Files", paths)


def _named(one: str, many: str, names: Sequence[str], most: int = 3) -> str:
    """``File a``, ``Files a, b and 7 more``."""
    shown = ", ".join(names[:most])
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{one if len(names) == 1 else many} {shown}{more}"
