"""Results of a run -> pages. Knows what a run leaves (``audit.duckdb``), not how rules are judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def build(
    database: Path,
    out: Path,
    *,
    names: str = "none",
    title: str | None = None,
    memory: int | None = None,
    metrics: Path | None = None,
) -> Path:
    """Writes the report of the run in ``database`` (an ``audit.duckdb``) to ``out/index.html`` and returns that path.

    ``names``: how the run treated names (none, initials, full); the page says so. ``title``: heading in place of the
    district's name. ``memory``: bytes that the queries may take before they spill to disk. ``metrics``: folder of the
    pages of metrics (None: ``out/metrics``), which are written too if the run has measured any. The database must not
    be open for writing. Raises duckdb.Error and OSError.
    """
    from reports.page import write

    pages = metrics or out / "metrics"
    build_metrics(database, pages)
    return write(database, out, names=names, title=title, memory=memory, metrics=pages)


def build_metrics(database: Path, folder: Path) -> list[Path]:
    """Writes ``folder/<metric>.html`` for each metric in ``database``. Raises as ``build`` does."""
    from reports.metric import write

    return write(database, folder)


def build_districts(
    database: Path,
    out: Path,
    *,
    names: str = "none",
    title: str | None = None,
    only: str | None = None,
    by_school: bool = False,
    workbooks: bool = False,
    memory: int | None = None,
    metrics: Path | None = None,
    jobs: int | None = None,
    on_done: Callable[[str], None] = lambda code: None,
) -> list[Path]:
    """Writes a report for each district of the run in ``database`` to ``out/<RCDT>/report.html``; returns the paths.

    Records without a district: ``out/unassigned``. The first path is ``out/index.html``: a summary of the districts
    without student data, or, where there is only one, what ``build`` writes. ``only``: this district alone, without
    ``out/index.html`` (nothing is written if the run knows nothing of it). ``by_school``: also
    ``out/<RCDT>/<RCDTS>/report.html`` for each school. ``workbooks``: exceptions.xlsx beside each report. ``jobs``:
    processes, by default one for each processor. ``on_done`` hears of each report. Else as ``build``.
    """
    from reports.districts import write

    pages = metrics or out / "metrics"
    if not only:
        build_metrics(database, pages)
    return write(
        database, out, names=names, title=title, metrics=pages, only=only, by_school=by_school, workbooks=workbooks,
        memory=memory, jobs=jobs, on_done=on_done,
    )  # fmt: skip
