"""Results of a run -> pages. Knows what a run leaves (``audit.duckdb``), not how rules are judged."""

from __future__ import annotations

from pathlib import Path


def build(
    database: Path, out: Path, *, names: str = "none", title: str | None = None, memory: int | None = None
) -> Path:
    """Writes the report of the run in ``database`` (an ``audit.duckdb``) to ``out/index.html`` and returns that path.

    ``names``: how the run treated names (none, initials, full); the page says so. ``title``: heading in place of the
    district's name. ``memory``: bytes that the queries may take before they spill to disk. The database must not be
    open for writing. Raises duckdb.Error and OSError.
    """
    from reports.page import write

    return write(database, out, names=names, title=title, memory=memory)
