"""The page of students: all rows of one student side by side, the cells that findings name marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from reports import page, payload, sections, views, wording

FILE = "students.html"

SCRIPTS = ("basics.js", "findings.js", "query.js", "table.js", "tools.js", "students.js")


def render(results: views.Results, sheet: page.Sheet, *, names: str) -> str | None:
    """The page; None where the run kept no rows of students."""
    rows = results.student_rows(page.MOST_STUDENTS)
    if rows.is_empty():
        return None
    style, early, script = page.static(page.STYLES), page.static(page.EARLY), page.static(SCRIPTS)
    return (
        page.environment()
        .get_template("students.html.j2")
        .render(
            style=Markup(style),
            early=Markup(early),
            script=Markup(script),
            policy=page.policy([early, script], [style]),
            **_context(results, rows, sheet, names),
        )
    )


def _context(results: views.Results, rows: pl.DataFrame, sheet: page.Sheet, names: str) -> dict[str, Any]:
    run, counts = results.run(), results.counts()
    sids = rows["sid"].unique(maintain_order=True)
    findings = results.findings_of(sids)
    schools = results.school_names()
    names_of = results.cell_names()
    tables = {*rows["table_name"].unique(), *findings["table_name"].drop_nulls()}
    data = {
        "n": findings.height,
        "columns": payload.columns(findings),
        "rules": {},  # what is wrong is in the findings; how to repair it, in the report
        "schools": schools,
        "tables": {t: wording.table(t) for t in sorted(tables)},
        "students": sids.to_list(),
        "rows": [
            _packed(table, own, names_of[table], sids)
            for (table,), own in rows.group_by(["table_name"], maintain_order=True)
        ],
    }
    return {
        "sheet": sheet,
        "run": run,
        "heading": page.heading(results, sheet),
        "names": page.NAMES[names],
        "students": counts.students,
        "shown": len(sids),
        "first": _first(findings, sids.head(page.FIRST_ROWS), sections.Schools(schools)),
        "data": Markup(payload.block(data)),
    }


def _packed(table: str, rows: pl.DataFrame, names: Sequence[str], sids: pl.Series) -> dict[str, Any]:
    """The rows of a table: for each the place of its student, its file, its line and its filled columns."""
    cells = rows["cells"].list.to_struct(fields=names).struct.unnest()
    return {
        "table": table,
        "student": rows["sid"].cast(pl.Enum(sids)).to_physical(),
        "file": payload.dictionaries(rows.select("file_name"))["file_name"],
        "line": rows["line_number"],
        "cells": payload.dictionaries(cells[[n for n in names if cells[n].null_count() < cells.height]]),
    }


def _first(findings: pl.DataFrame, sids: pl.Series, schools: sections.Schools) -> list[dict[str, Any]]:
    """Of the first students: ``sid, school, errors, warnings, tables``, for a browser without scripts."""
    school = pl.coalesce(pl.col("home_rcdts", "serving_rcdts").replace("", None)).first()
    counted = findings.group_by("sid").agg(
        school=school,
        errors=(pl.col("severity") == "error").sum(),
        warnings=(pl.col("severity") == "warning").sum(),
        tables=pl.col("table_name").drop_nulls().unique().sort(),
    )
    known = {row["sid"]: row for row in counted.iter_rows(named=True)}
    return [known[sid] | {"school": schools[known[sid]["school"] or ""].label} for sid in sids if sid in known]
