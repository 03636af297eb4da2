"""How far a run is: bars on a terminal, a plain line now and then elsewhere, nothing when asked to be quiet.

Everything goes to stderr. No student value: stages, counts, names of files, tables and rules only.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a pipeline tells while it works. Stages: read (bytes), rows (tables), rules, write, report.

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
