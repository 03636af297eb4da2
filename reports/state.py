"""The summary of a run over several districts: which are ready, what moved, which rules are everyone's problem.

No student data: codes and names of districts, rules and numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from audit import spreadsheet
from reports import charts, page, sections, statewide, wording
from reports.parts import UNASSIGNED

if TYPE_CHECKING:
    from reports.districts import Judged

STYLES = ("tokens.css", "layout.css", "sections.css", "records.css", "small.css", "print.css", "state.css")
SCRIPTS = ("basics.js", "tools.js", "state.js")
#: Rows of a table that are in the page itself; the script brings the others.
FIRST_ROWS = 50
#: A rule is local when one district has this share of its findings, in percent, and these are so many.
LOCAL_SHARE, LOCAL_FINDINGS = 90, 10
#: A rule is everyone's when this share of the districts has findings of it, in percent, and these are so many.
WIDE_SHARE, WIDE_DISTRICTS = 33, 3
MOST_WORSE = 5
#: The verdicts in short, those first that need someone.
_STATUS = {"unknown": "Could not judge", "not-ready": "Not ready", "warnings": "Ready, warnings", "ready": "Ready"}
FILE = "districts.csv"


def write(
    database: Path,
    sorted_: Path,
    out: Path,
    judged: Sequence[Judged],
    *,
    title: str | None,
    metrics: Path,
    memory: int | None = None,
) -> Path:
    """Writes ``out/index.html`` and ``out/districts.csv``. ``judged``: what the reports of the districts say."""
    with statewide.opened(database, sorted_, memory) as results:
        known = _context(results, judged, page.first_sheet(database, out, title, metrics))
    page.save(out / FILE, spreadsheet.guarded_frame(_frame(known["districts"])).write_csv())
    style, early, script = page.static(STYLES), page.static(page.EARLY), page.static(SCRIPTS)
    parts = {"style": Markup(style), "early": Markup(early), "script": Markup(script)}
    template = page.environment().get_template("state.html.j2")
    return page.save(
        out / "index.html", template.render(policy=page.policy([early, script], [style]), **parts, **known)
    )


def _context(results: statewide.Statewide, judged: Sequence[Judged], sheet: page.Sheet) -> dict[str, Any]:
    run, counts, files, outcomes = results.run(), results.counts(), results.inputs(), results.rule_results()
    districts = _districts(results, judged)
    named = {d.code: d.label for d in districts}
    kinds = [d.kind for d in districts if d.code != UNASSIGNED]
    whole = len(kinds)
    nights = results.nights()
    return {
        "run": run,
        "sheet": sheet,
        "title": sheet.title or wording.plural(whole, "district"),
        "whole": whole,
        "counts": counts,
        "kinds": [(kind, status, kinds.count(kind)) for kind, status in _STATUS.items()],
        "districts": districts,
        "rules": _rules(results, whole, named),
        "movement": results.movement(),
        "worse": _worse(districts),
        "nights": nights,
        "chart": charts.bars([(n.errors, n.warnings, bool(n.rule_changes)) for n in nights]),
        "history": bool(nights),
        "coverage": sections.coverage(results, files, outcomes),
        "files": len(files),
        "notices": sections.split_notices(results.notices(), [f.path for f in files])[0],
        "first": FIRST_ROWS,
        "local_share": LOCAL_SHARE,
        "wide_share": WIDE_SHARE,
    }


def _districts(results: statewide.Statewide, judged: Sequence[Judged]) -> list[SimpleNamespace]:
    """The worst first: those that could not be judged, then by errors."""
    oldest, moved, trends = results.oldest(), results.moved(), results.trends()
    found = []
    for one in judged:
        counts, code = one.counts, one.part.code
        trend = trends.get(code)
        found.append(
            SimpleNamespace(
                code=code,
                name=one.part.name,
                label=_label(code, one.part.name),
                link=f"{code}/report.html",
                kind=one.verdict.kind,
                status=_STATUS[one.verdict.kind],
                errors=counts.errors,
                warnings=counts.warnings,
                infos=counts.infos,
                students=counts.students,
                records=counts.records,
                passed=counts.passed,
                per_thousand=counts.errors * 1000 / counts.records if counts.records else None,
                moved=moved.get(code),
                oldest=oldest.get(code, ""),
                trend=trend,
                spark=charts.spark(trend) if trend else "",
            )
        )
    return sorted(found, key=lambda d: (d.kind != "unknown", -d.errors, -d.warnings, d.code))


def _label(code: str, name: str) -> str:
    return "Records without a district" if code == UNASSIGNED else name or f"District {wording.rcdt(code)}"


def _rules(results: statewide.Statewide, whole: int, named: Mapping[str, str]) -> list[SimpleNamespace]:
    rules = results.spread()
    for rule in rules:
        rule.spread, rule.flag = "", ""
        rule.district = named.get(rule.code, rule.code)
        if rule.most * 100 >= rule.n * LOCAL_SHARE and rule.n >= LOCAL_FINDINGS:
            rule.spread, rule.flag = "local", "One district"
        elif rule.districts * 100 >= whole * WIDE_SHARE and rule.districts >= WIDE_DISTRICTS:
            rule.spread, rule.flag = "wide", "Many districts"
    return rules


def _worse(districts: Sequence[SimpleNamespace]) -> list[SimpleNamespace]:
    """The districts in which more came than went since the last run."""
    grown = [d for d in districts if d.code != UNASSIGNED and d.moved and d.moved.worse > d.moved.better]
    return sorted(grown, key=lambda d: (d.moved.better - d.moved.worse, d.code))


def _frame(districts: Sequence[SimpleNamespace]) -> pl.DataFrame:
    columns = ("code", "name", "status", "errors", "warnings", "infos", "students", "records", "passed")
    return pl.DataFrame({c: [getattr(d, c) for d in districts] for c in columns})
