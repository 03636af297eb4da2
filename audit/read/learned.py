"""What reading learns from file to file: those of one kind share dictionaries, and what their texts mean."""

from __future__ import annotations

from collections.abc import Hashable

import polars as pl

from audit.read.compiled import Compiled
from audit.read.decode import Decoder
from audit.read.plan import Plan

#: By the column of the file and that of the table.
Decoders = dict[tuple[str, str], Decoder]
#: Kinds of files of which is known what was learned: those that were read last.
_KINDS = 4


class Learned:
    """Of one kind of files (``Plan.kind``). ``compiled``: None where they are read in the other way."""

    def __init__(self, plan: Plan, compiled: bool) -> None:
        self.decoders = {
            (f.source, f.column): Decoder(f.read, f.kind) for t in plan.tables for f in t.fields if not f.is_text
        }
        self.compiled = _compiled(plan) if compiled else None


def _compiled(plan: Plan) -> Compiled | None:
    try:
        return Compiled([name for name, dtype in plan.source_schema().items() if dtype != pl.String])
    except ImportError:  # numba is not made for this machine or this Python
        return None


class Memory:
    """``compiled``: whether there is so much to read that the compiled way is worth the time that it takes to load."""

    def __init__(self, compiled: bool) -> None:
        self._compiled = compiled
        self._known: dict[Hashable, Learned] = {}

    def of(self, plan: Plan) -> Learned:
        found = self._known.pop(plan.kind, None) or Learned(plan, self._compiled)
        self._known[plan.kind] = found
        if len(self._known) > _KINDS:
            del self._known[next(iter(self._known))]
        return found
