"""The results of a run in other forms: for spreadsheets, build servers, and programs that read Table Schemas."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

#: More findings than this are not put into a workbook unless asked for: a workbook is slow to write and to open.
MOST_BY_DEFAULT = 20_000


def write(
    database: Path,
    *,
    failing: Collection[str] = ("error",),
    fresh: bool = False,
    workbook: bool = False,
    names: str = "none",
    title: str | None = None,
    memory: int | None = None,
) -> None:
    """Writes junit.xml, datapackage.json and exceptions.xlsx beside ``database`` (the audit.duckdb of a run).

    ``failing``: severities of findings that are a failure; ``fresh``: only of those that are new or came back;
    ``workbook``: exceptions.xlsx also of more than ``MOST_BY_DEFAULT`` findings; ``names``, ``title``, ``memory``: as
    of ``reports.build``. The database must not be open for writing. Raises duckdb.Error and OSError.
    """
    from reports import page, sections, views
    from reports.export import junit, package
    from reports.export import workbook as sheets

    folder = database.parent
    with views.opened(database, memory) as results:
        heading = sections.heading(results.districts(), title)
        junit.write(results, folder / "junit.xml", failing, fresh=fresh)
        if workbook or results.counts().findings <= MOST_BY_DEFAULT:
            sheets.write(results, folder / "exceptions.xlsx", heading, names=page.NAMES[names])
    package.write(folder, f"SIS check: {heading.title}")
