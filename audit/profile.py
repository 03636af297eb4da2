"""Where a run's time goes: seconds of its stages, and of the rules that were judged together. No student value."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from audit.outcome import Outcome

#: Groups of rules that ``show_profile`` lists.
SLOWEST = 20


@dataclass(frozen=True)
class Stage:
    """Seconds on the clock and of the processor (all threads, and processes that have ended); peak memory, in bytes.

    ``peak``: ``peak_memory`` at the end of the stage.
    """

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Judged:
    """Rules judged together in one scan; ``what`` says of what. ``seconds``: of all of them, on the clock."""

    what: str
    rules: tuple[str, ...]
    seconds: float


@dataclass
class Clock:
    """Runs from its making on. A stage takes from the end of the one before to where it is told of itself."""

    stages: dict[str, Stage] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)
    _begun: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self._last = self._begun, cpu_seconds()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._begun

    def ends(self, stage: str) -> None:
        now = time.perf_counter(), cpu_seconds()
        wall, cpu = (round(n - last, 3) for n, last in zip(now, self._last, strict=True))
        self.stages[stage], self._last = Stage(wall, cpu, peak_memory()), now

    def judges(self, what: str, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Notes what rules that were judged together have taken; each outcome has an equal share of it."""
        rules = tuple(dict.fromkeys(o.rule_id for o in outcomes))
        self.judged.append(Judged(what, rules, sum(o.seconds for o in outcomes)))
        return outcomes


def cpu_seconds() -> float:
    """Seconds that this process has used, with those of its children that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def peak_memory() -> int:
    """The most memory that this process has held, in bytes; 0 where the system does not tell."""
    try:
        told = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("VmHWM")), 0)


# ---------------------------------------------------------------------------------------------------------------------
# Drawing


def show_profile(clock: Clock) -> None:
    """Prints the stages and the slowest rules to stderr."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print()
    console.print(_stages(clock))
    console.print()
    console.print(_slowest(clock))


def _table(*headings: str) -> Table:
    """All columns but the last hold numbers or short names, and stay as wide as they are."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, justify="left" if heading in ("Stage", "Rules") else "right", no_wrap=True)
    return table


def _stages(clock: Clock) -> Table:
    wall, cpu = (sum(getattr(s, what) for s in clock.stages.values()) for what in ("wall", "cpu"))
    peak = max((s.peak for s in clock.stages.values()), default=0)
    table = _table("Stage", "Seconds", "Share", "CPU s", "Peak MB")
    for name, stage in [*clock.stages.items(), ("all", Stage(wall, cpu, peak))]:
        memory = f"{stage.peak / 1e6:,.0f}" if stage.peak else ""
        table.add_row(name, f"{stage.wall:.2f}", f"{stage.wall / (wall or 1):.0%}", f"{stage.cpu:.2f}", memory)
    return table


def _slowest(clock: Clock) -> Table:
    table = _table("Seconds", "Rules")
    slowest = sorted(clock.judged, key=lambda j: -j.seconds)
    for judged in slowest[:SLOWEST]:
        table.add_row(f"{judged.seconds:.3f}", _named(judged))
    if rest := slowest[SLOWEST:]:
        table.add_row(f"{sum(j.seconds for j in rest):.3f}", f"{sum(len(j.rules) for j in rest):,} more")
    return table


def _named(judged: Judged) -> str:
    """``IL-ENR-006 with 46 others, rows of enrollment``."""
    others = len(judged.rules) - 1
    more = f" with {others} other{'' if others == 1 else 's'}" if others else ""
    return f"{judged.rules[0]}{more}, {judged.what}"
