"""The rule catalogue: a list of all rules, one page a rule, and rules.json. No student data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from reports import page, sections, wording

STYLES = ("tokens.css", "layout.css", "catalogue.css")
_KINDS = {
    "row": "Judged row by row",
    "cross": "Judged across tables",
    "group": "Judged over groups of rows",
    "completeness": "Asks for a missing record",
    "snapshot": "Compares with the previous snapshot",
    "format": "Found while reading",
    "macro": "Found by comparing two nights",
    "key": "Key of the table",
    "reference": "Reference to another table",
}
_WEIGHTS = {
    "error": "The state would reject the record.",
    "warning": "The state takes the record; look again.",
    "info": "Nothing has to be repaired.",
}


def pages(rules: Sequence[Mapping[str, Any]], title: str, version: str) -> dict[str, bytes]:
    """File name -> content. ``rules``: of ``audit.rule_facts``; ``title`` and ``version`` of the rulebook."""
    described = [_described(rule, title) for rule in rules]
    entries = [rule["entry"] for rule in rules]
    found = {
        "rules.json": (json.dumps(entries, ensure_ascii=False, indent=1) + "\n").encode(),
        "index.html": _render(
            "catalogue.html.j2",
            ("basics.js", "tools.js", "catalogue.js"),
            rules=sorted(described, key=lambda r: r.rule_id.startswith(sections.OWN)),
            title=title,
            version=version,
            active=sum(r.status == "active" for r in described),
            filters=_filters(described),
        ),
    }
    for rule in described:
        found[f"{rule.rule_id}.html"] = _render(
            "rule.html.j2",
            ("basics.js", "tools.js", "rule.js"),
            r=rule,
            kind=_KINDS.get(rule.kind, wording.status(rule.status)),
            weight=_WEIGHTS.get(rule.severity, ""),
            far=_far(rule),
            findings=_findings(rule),
        )
    return found


def _render(template: str, scripts: tuple[str, ...], **context: Any) -> bytes:
    style, early, script = page.static(STYLES), page.static(page.EARLY), page.static(scripts)
    parts = {"style": Markup(style), "early": Markup(early), "script": Markup(script)}
    made = page.environment().get_template(template)
    return made.render(policy=page.policy([early, script], [style]), **parts, **context).encode()


def _described(facts: Mapping[str, Any], title: str) -> SimpleNamespace:
    rule = SimpleNamespace(**facts)
    rule.quoted = sections.is_quoted(rule) and rule.kind not in ("format", "macro", "key", "reference")
    rule.cite = sections.cite(rule, title)
    rule.status_said = wording.status(rule.status)
    rule.reason_said = rule.reason
    if rule.status == "reported_elsewhere":
        rule.reason_said = f"Another rule finds the same: {', '.join(rule.reason.split(';'))}."
    elif rule.status != "active":
        rule.reason_said = f"{rule.status_said}: {rule.reason}."
    return rule


def _far(rule: SimpleNamespace) -> str:
    if rule.executable not in ("", "full"):
        return f"It {rule.executable.rstrip('.')}."
    return "Completely, where the files below are in the extract."


def _findings(rule: SimpleNamespace) -> str:
    """``2 findings: sid s1; sid s2.``"""
    if not rule.failing:
        return ""
    told = ["; ".join(f"{k} {v}" for k, v in found.items()) for found in rule.failing.finds]
    named = f": {' / '.join(told)}" if all(told) else ""
    return f"{wording.plural(len(told), 'finding')}{named}."


def _filters(rules: Sequence[SimpleNamespace]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    sections_ = sorted({r.section for r in rules if r.section})
    statuses = {r.status: r.status_said if r.status != "active" else "Finds records" for r in rules}
    severities = [(s, s.capitalize()) for s in ("error", "warning", "info") if any(r.severity == s for r in rules)]
    return [
        ("section", "Section", [(s, s) for s in sections_]),
        ("sev", "Severity", severities),
        ("status", "Status", sorted(statuses.items())),
    ]
