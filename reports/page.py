"""The report of a run: one HTML file that needs nothing beside it and may send nothing anywhere."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import charts, metric_views, payload, sections, verdict, views, wording
from reports.parts import Part

#: More findings than this are not put into a page: a browser holds them, a mailbox does not.
MOST_FINDINGS = 250_000
#: Students whose rows are put into the page of students; those with most errors come first.
MOST_STUDENTS = 2_000
#: Rows that are in the HTML itself, for a browser without scripts.
FIRST_ROWS = 50

STYLES = ("tokens.css", "layout.css", "sections.css", "records.css", "small.css", "print.css")
#: Runs before the page is painted.
EARLY = ("early.js",)
SCRIPTS = ("basics.js", "findings.js", "query.js", "table.js", "tools.js", "page.js")

NAMES = {
    "none": "Names of persons are not in it.",
    "initials": "Names of persons are cut to initials.",
    "full": "It holds names of persons in full.",
}


@dataclass(frozen=True)
class Sheet:
    """Of what a report tells and where it stands. ``part``: None for the whole run. ``file``: its name. ``full``: the
    CSV of all findings, as seen from the page; ``where``: the same in words. ``catalogue``: folder of the rules' pages,
    as seen from the page; empty where there is none. ``metrics``: the metrics of the run, as ``metric_views`` gives
    them; ``pages``: the folder of their pages, as seen from the page."""

    title: str | None = None
    part: Part | None = None
    file: str = "index.html"
    full: str = "../exceptions.csv"
    where: str = "in the folder above this one"
    catalogue: str = ""
    metrics: Sequence[dict[str, Any]] = ()
    pages: str = ""


def write(
    database: Path, out: Path, *, names: str, title: str | None, metrics: Path, memory: int | None = None
) -> Path:
    """Writes ``out/index.html``, readable by its owner alone; a page that is there stays until the new one is whole.

    ``metrics``: folder of the pages of metrics, to which this page links.
    """
    with views.opened(database, memory) as results:
        return write_pages(results, out, first_sheet(database, out, title, metrics), names=names)


def first_sheet(database: Path, out: Path, title: str | None, metrics: Path) -> Sheet:
    """Of the first page of a run."""
    with metric_views.opened(database) as measured:
        listed = measured.measured()
    pages = quote(Path(os.path.relpath(metrics, out)).as_posix())
    return Sheet(title, catalogue=catalogue_of(out, ""), metrics=listed, pages=pages)


def catalogue_of(out: Path, up: str) -> str:
    """The folder of the rules' pages from a page that is ``up`` (as ``../``) to ``out``; empty where there is none."""
    return f"{up}rules/" if (out / "rules" / "index.html").is_file() else ""


def write_pages(results: views.Results, folder: Path, sheet: Sheet, *, names: str) -> Path:
    """Writes a report and, where the run kept their rows, the page of its students beside it."""
    from reports import students

    if page := students.render(results, sheet, names=names):
        save(folder / students.FILE, page)
    return save(folder / sheet.file, render(results, sheet, names=names))


def save(path: Path, content: str) -> Path:
    """Writes a file that its owner alone can read; one that is there stays until the new one is whole."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix, delete=False
    ) as file:
        file.write(content.encode())
    return Path(file.name).replace(path)


def render(results: views.Results, sheet: Sheet, *, names: str) -> str:
    style, early, script = static(STYLES), static(EARLY), static(SCRIPTS)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            style=Markup(style),
            early=Markup(early),
            script=Markup(script),
            policy=policy([early, script], [style]),
            **context(results, sheet, names=names),
        )
    )


def context(results: views.Results, sheet: Sheet, *, names: str) -> dict[str, Any]:
    """Everything that the template needs to know about a run, or about a part of it."""
    run, counts, files, outcomes = results.run(), results.counts(), results.inputs(), results.rule_results()
    schools = sections.Schools(results.school_names())
    rules = sections.describe_rules(results, run)
    findings = results.findings(MOST_FINDINGS)
    # what to show first: errors; where there are none, warnings
    first, whole = ("error", counts.errors) if counts.errors else ("warning", counts.warnings)
    heat, nights = sections.heat(results, first, schools), results.nights()
    notices, file_notices = sections.split_notices(results.notices(), [f.path for f in files])
    texts: dict[str, Any] = {
        "rules": {r.rule_id: {"title": r.title, "fix": r.fix, "note": r.note, "cite": r.cite} for r in rules},
        "schools": dict(schools.names),
        "tables": {t: wording.table(t) for t in findings["table_name"].drop_nulls().unique().sort()},
    }
    part, with_rows = sheet.part, results.students_with_rows(MOST_STUDENTS)
    if with_rows:
        texts["students"] = with_rows
    return {
        "sheet": sheet,
        "part": part,
        "with_students": bool(with_rows),
        "run": run,
        "counts": counts,
        "verdict": verdict.judge(run, counts, files, outcomes),
        "heading": heading(results, sheet),
        "names": NAMES[names],
        "notices": notices,
        "file_notices": file_notices,
        "causes": sections.causes(results, first, whole, schools, rules),
        "heat": heat,
        "order": sections.order(heat, results.checked_tables()),
        "nights": nights,
        "chart": charts.bars([(n.errors, n.warnings, n.rules > 0) for n in nights]),
        "since": results.since(),
        "rules": rules,
        "schools": schools,
        "lists": sections.lists(results),
        "shown": findings.height,
        "first_rows": findings.head(FIRST_ROWS).to_dicts(),
        "coverage": sections.coverage(results, files, outcomes),
        "students": next((t.rows for t in results.checked_tables() if t.table_name == "student"), None),
        "data": Markup(payload.pack(findings, texts)),
    }


def heading(results: views.Results, sheet: Sheet) -> sections.Heading:
    return sections.part_heading(sheet.part) if sheet.part else sections.heading(results.districts(), sheet.title)


def policy(scripts: list[str], styles: list[str]) -> str:
    """Content-Security-Policy: these scripts and styles, and nothing from or to anywhere."""

    def hashes(texts: list[str]) -> str:
        return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in texts)

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        "form-action 'none'; base-uri 'none'"
    )


@cache
def static(names: tuple[str, ...]) -> str:
    folder = resources.files("reports") / "static"
    return "\n".join((folder / name).read_text("utf-8") for name in names)


def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates, kept as Python keeps compiled modules: beside them, if that can be written."""
    folder = Path(__file__).parent / "templates" / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


@cache
def environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        bytecode_cache=_bytecode_cache(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "num": wording.number,
        "day": wording.day,
        "clock": wording.clock,
        "school_year": wording.school_year,
        "rcdt": wording.rcdt,
        "table": wording.table,
        "status": wording.status,
        "breaks": wording.breaks,
        "found": wording.found,
        "sentence": wording.sentence,
        "heading": wording.heading,
        "general": wording.general,
        "address": wording.address,
        "rate": wording.rate,
        "first_two": lambda row: row[:2],
    }
    environment.globals |= {"share": wording.share, "plural": wording.plural, "records": wording.records}
    return environment
