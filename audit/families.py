"""Findings of the engine's own, the same for every rulebook: those of reading, and those between two nights."""

from __future__ import annotations

from collections.abc import Mapping

from audit.macro import MACROS
from audit.read.formats import FORMATS, Format

#: By id.
FAMILIES: Mapping[str, Format] = {**FORMATS, **MACROS}
