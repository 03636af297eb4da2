"""How far a run is: bars on a terminal, a plain line now and then elsewhere, nothing when asked to be quiet.

Everything goes to stderr. No student value: stages, counts, names of files, tables and rules only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Protocol, TextIO, cast

#: Seconds between two plain lines.
EVERY = 10.0
#: What a stage counts; a stage that is not here counts steps.
UNITS = {"read": "bytes", "rows": "tables", "rules": "rules"}


class Progress(Protocol):
    """What a pipeline tells while it works. Stages: read (bytes), rows (tables), rules, measure, write, report.

    ``stage`` begins a stage and ends the one before; ``total`` in the stage's unit, None when it is not known.
    ``advance`` adds ``n`` units; ``text`` names what is being worked on. ``done`` ends the last stage.
    """

    def stage(self, name: str, total: int | None = None) -> None: ...

    def advance(self, n: int = 1, text: str = "") -> None: ...

    def done(self) -> None: ...


class Silent:
    """Says nothing."""

    def stage(self, name: str, total: int | None = None) -> None:
        pass

    def advance(self, n: int = 1, text: str = "") -> None:
        pass

    def done(self) -> None:
        pass


class Lines:
    """A plain line at most every ten seconds, as ``[rules] 41 of 112 rules, 1:02``; a short run prints none."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._begun = self._said = clock()
        self._name, self._total, self._at = "", cast("int | None", None), 0

    def stage(self, name: str, total: int | None = None) -> None:
        self._name, self._total, self._at = name, total, 0
        self._say("")

    def advance(self, n: int = 1, text: str = "") -> None:
        self._at += n
        self._say(text)

    def done(self) -> None:
        pass

    def _say(self, text: str) -> None:
        now = self._clock()
        if now - self._said < EVERY:
            return
        self._said = now
        minutes, seconds = divmod(int(now - self._begun), 60)
        parts = [how_far(self._name, self._at, self._total), f"{minutes}:{seconds:02}", text]
        print(f"[{self._name}] " + ", ".join(p for p in parts if p), file=self._stream, flush=True)


class Bars:
    """One bar a stage, drawn by rich while a terminal looks on."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Drawn

        self._drawn = Drawn(
            TextColumn("{task.description:<7}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[far]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[text]}", style="dim", markup=False),
            console=Console(file=stream),
            transient=True,
        )
        self._name, self._total, self._at = "", cast("int | None", None), 0

    def stage(self, name: str, total: int | None = None) -> None:
        self._end_stage()
        self._name, self._total, self._at = name, total, 0
        self._drawn.start()
        self._task = self._drawn.add_task(name, total=total, far=how_far(name, 0, total), text="")

    def advance(self, n: int = 1, text: str = "") -> None:
        self._at += n
        far = how_far(self._name, self._at, self._total)
        self._drawn.update(self._task, advance=n, text=text, far=far)

    def done(self) -> None:
        self._end_stage()
        self._drawn.stop()

    def _end_stage(self) -> None:
        if self._name:
            self._drawn.update(self._task, total=self._at or 1, completed=self._at or 1, text="")


def how_far(stage: str, at: int, total: int | None) -> str:
    """``1.2 of 3.4 GB``, ``41 of 112 rules``, ``3 tables``; empty for a stage that counts nothing."""
    unit = UNITS.get(stage, "")
    if unit == "bytes":
        return _bytes(at, total)
    if total is None:
        return f"{at:,} {unit}".rstrip() if at else ""
    return f"{at:,} of {total:,} {unit}".rstrip()


def _bytes(at: int, total: int | None) -> str:
    size = max(at, total or 0)
    scales = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"), (1, "bytes"))
    scale, unit = next((s, u) for s, u in scales if size >= s or s == 1)
    done, of = (f"{n / scale:,.{0 if scale == 1 else 1}f}" for n in (at, total or 0))
    return f"{done} {unit}" if total is None else f"{done} of {of} {unit}"


def make(*, wanted: bool, stream: TextIO | None = None) -> Progress:
    """Bars where ``stream`` (default stderr) is a terminal, lines elsewhere, silence unless ``wanted``."""
    out = stream or sys.stderr
    if not wanted:
        return Silent()
    return Bars(out) if out.isatty() else Lines(out)
