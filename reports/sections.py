"""Rows of the queries -> what the sections of a page show."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from reports import charts, wording
from reports.parts import Part
from reports.views import Results, Run

MOST_CAUSES = 6
MOST_CAUSE_SCHOOLS = 3
MOST_VALUES = 5
MOST_SCHOOLS = 60
MOST_FORMATS = 50
MOST_FILES = 300
MOST_LISTED = 500
MOST_TOP_NOTICES = 8
SHADES = 6
#: More reasons for not running rules than this are shown closed.
MOST_OPEN_REASONS = 10
PLAUSIBILITY = "SA-"
#: Families of rules that no document of a state holds.
OWN = ("FMT-", "KEY-", "REF-", PLAUSIBILITY)
OWN_SOURCE = "A check of this program: the state’s document has no sentence for it."
PLAUSIBILITY_SOURCE = "Plausibility. " + OWN_SOURCE + " The state takes such a record; look whether it is right."


@dataclass(frozen=True)
class School:
    """A school as the page writes it; ``code`` is "" for records without one."""

    code: str
    name: str

    @property
    def label(self) -> str:
        return self.name or (wording.rcdt(self.code) if self.code else "No school in the record")


class Schools:
    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def __getitem__(self, code: str) -> School:
        return School(code, self.names.get(code, ""))


# ---------------------------------------------------------------------------------------------------------------------
# Head


@dataclass(frozen=True)
class Heading:
    title: str
    districts: tuple[str, ...]  # RCDT and name of each, those with most findings first
    more: int = 0


def heading(found: Sequence[SimpleNamespace], title: str | None, most: int = 3) -> Heading:
    """The district's name when one has at least half of the findings, else how many districts there are."""
    total = sum(d.findings for d in found)
    if not found:
        return Heading(title or "SIS extract", ())
    first = found[0]
    own = first.name or f"District {wording.rcdt(first.rcdt)}"
    one = len(found) == 1 or (total and first.findings * 2 >= total)
    shown = found[:1] if one else found[:most]
    listed = tuple(f"RCDT {wording.rcdt(d.rcdt)}" + (f" {d.name}" if d.name and not one else "") for d in shown)
    return Heading(title or (own if one else wording.plural(len(found), "district")), listed, len(found) - len(shown))


def part_heading(part: Part) -> Heading:
    """Of the report of a district or school."""
    if not part.district:
        return Heading("Records without a district", ())
    kind, code = ("School", "RCDTS") if part.is_school else ("District", "RCDT")
    written = wording.rcdt(part.code)
    return Heading(part.name or f"{kind} {written}", (f"{code} {written}",))


def split_notices(notices: Iterable[str], paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Notices about the whole run, and those that name a file. What does not fit on the first page joins the latter."""
    known = [p for p in paths if p]
    whole: list[str] = []
    single: list[str] = []
    for text in notices:
        (single if any(p in text for p in known) else whole).append(text)
    return whole[:MOST_TOP_NOTICES], whole[MOST_TOP_NOTICES:] + single


# ---------------------------------------------------------------------------------------------------------------------
# Fix first, schools


@dataclass(frozen=True)
class Causes:
    """``groups``: the largest, ``n`` findings together, of ``whole`` findings of that severity."""

    severity: str
    groups: list[SimpleNamespace]
    n: int
    whole: int


def causes(results: Results, severity: str, whole: int, schools: Schools, rules: Sequence[SimpleNamespace]) -> Causes:
    texts = {r.rule_id: r for r in rules}
    groups = results.causes(severity, MOST_CAUSES)
    for group in groups:
        group.rule = texts[group.rule_id]
        filters = {"sev": severity, "rule": group.rule_id}
        if group.split:
            filters |= {"column": group.column_name, "value": group.value}
        group.link = wording.records(**filters)
        group.more = len(group.schools) - MOST_CAUSE_SCHOOLS
        group.places = [
            (schools[s["school"]], s["n"], wording.records(**filters, school=s["school"]))
            for s in group.schools[:MOST_CAUSE_SCHOOLS]
        ]
    return Causes(severity, groups, sum(g.n for g in groups), whole)


@dataclass
class Heat:
    """Findings of a severity by school and table. ``rows``: school, number per table, sum; ``left_out``: schools."""

    severity: str
    tables: list[str] = field(default_factory=list)
    rows: list[tuple[School, list[int], int]] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)
    left_out: int = 0
    left_out_findings: int = 0
    most: int = 0

    def shade(self, n: int) -> int:
        """1 to SHADES on a log scale, 0 for none."""
        if not n:
            return 0
        return 1 + int((SHADES - 1) * math.log(n) / math.log(self.most)) if self.most > 1 else 1


def heat(results: Results, severity: str, schools: Schools) -> Heat:
    cells = results.by_school(severity)
    by_table: dict[str, int] = {}
    by_school: dict[str, dict[str, int]] = {}
    for c in cells:
        by_table[c.table_name] = by_table.get(c.table_name, 0) + c.n
        by_school.setdefault(c.school, {})[c.table_name] = c.n
    tables = sorted(by_table, key=lambda t: (-by_table[t], t))
    order = sorted(by_school, key=lambda s: (-sum(by_school[s].values()), s))
    rows = [(schools[s], [by_school[s].get(t, 0) for t in tables], sum(by_school[s].values())) for s in order]
    return Heat(
        severity,
        tables,
        rows[:MOST_SCHOOLS],
        [by_table[t] for t in tables],
        max(0, len(rows) - MOST_SCHOOLS),
        sum(total for _, _, total in rows[MOST_SCHOOLS:]),
        max((c.n for c in cells), default=0),
    )


def order(heat: Heat, tables: Sequence[SimpleNamespace]) -> list[list[tuple[str, int, str]]]:
    """In which order to repair: per step the tables with findings, their number and the link to them."""
    step = {t.table_name: t.step for t in tables}
    steps: dict[int, list[tuple[str, int, str]]] = {}
    for table, n in zip(heat.tables, heat.sums, strict=True):
        if table in step:
            steps.setdefault(step[table], []).append((table, n, wording.records(sev=heat.severity, table=table)))
    return [steps[number] for number in sorted(steps)]


# ---------------------------------------------------------------------------------------------------------------------
# Lists


@dataclass(frozen=True)
class Listed:
    """A list of the rulebook: ``counts`` by the columns ``groups``, and its first lines."""

    name: str
    title: str
    lead: str
    groups: list[str]
    counts: list[tuple[Any, ...]]
    columns: list[str]
    lines: list[tuple[Any, ...]]
    whole: int


def lists(results: Results) -> list[Listed]:
    out = []
    for found in results.lists():
        counts, first = results.list_counts(found.name, found.groups), results.listed(found.name, MOST_LISTED)
        whole = sum(row[-1] for row in counts)
        out.append(
            Listed(found.name, found.title, found.lead, found.groups, counts, first.columns, first.rows(), whole)
        )
    return out


# ---------------------------------------------------------------------------------------------------------------------
# Rules


def describe_rules(results: Results, run: Run) -> list[SimpleNamespace]:
    """The rules with findings, with ``values`` (the frequent ones, linked), ``quoted`` (a sentence of the state's
    document) and ``cite``."""
    values, nights = results.frequent_values(MOST_VALUES), results.rule_nights()
    rules = results.rules_with_findings()
    for rule in rules:
        rule.values = values.get(rule.rule_id, [])
        rule.nights = nights.get(rule.rule_id, [])
        rule.spark = charts.spark(rule.nights)
        for v in rule.values:
            v.link = wording.records(rule=rule.rule_id, column=v.column_name, value=v.value)
        rule.quoted = is_quoted(rule)
        rule.cite = cite(rule, run.rulebook_title)
    return rules


def is_quoted(rule: SimpleNamespace) -> bool:
    """Whether the rule's source is a sentence of the state's document."""
    return bool(rule.section) and not rule.rule_id.startswith(OWN)


def cite(rule: SimpleNamespace, document: str) -> str:
    """Where the rule comes from: document with its date, section, what the document says of its change."""
    if not rule.quoted:
        return PLAUSIBILITY_SOURCE if rule.rule_id.startswith(PLAUSIBILITY) else OWN_SOURCE
    parts = [document, f"section “{rule.section}”"]
    if rule.effective:
        parts.append(f"changed {rule.effective}")
    return ", ".join(parts)


# ---------------------------------------------------------------------------------------------------------------------
# What was checked


@dataclass
class Coverage:
    """What was read and which rules ran. ``by_status``: status -> rules; ``not_run``: reason -> rules.

    ``limited``: rules that ran but may find too much or too little; ``assumptions``: what they take for granted.
    """

    files: list[SimpleNamespace]
    files_left_out: int
    sums: dict[str, int]
    tables: list[SimpleNamespace]
    by_status: dict[str, list[SimpleNamespace]]
    not_run: dict[str, list[SimpleNamespace]]
    undetermined: list[SimpleNamespace]
    limited: list[SimpleNamespace]
    assumptions: list[SimpleNamespace]
    formats: list[SimpleNamespace]

    @property
    def many_reasons(self) -> bool:
        return len(self.not_run) > MOST_OPEN_REASONS

    @property
    def ran(self) -> int:
        return sum(self.count(status) for status in JUDGED)

    def count(self, status: str) -> int:
        return len(self.by_status.get(status, []))


#: Statuses of rules that judged a record (in a part of the run: that judged one somewhere).
JUDGED = ("findings", "passed", "nothing_found")
RAN = (*JUDGED, "not_applicable")
_LINES = (
    "lines",
    "header_lines",
    "blank_lines",
    "embedded_newlines",
    "rows_read",
    "rows_checked",
    "rows_rejected",
    "rows_here",
    "missing",
)


def coverage(results: Results, files: list[SimpleNamespace], rules: list[SimpleNamespace]) -> Coverage:
    by_status: dict[str, list[SimpleNamespace]] = {}
    for r in rules:
        by_status.setdefault(r.status, []).append(r)
    reasons: dict[str, list[SimpleNamespace]] = {}
    for r in by_status.get("not_run", []):
        reasons.setdefault(r.reason or "no reason given", []).append(r)
    return Coverage(
        files=files[:MOST_FILES],
        files_left_out=max(0, len(files) - MOST_FILES),
        sums={name: sum(getattr(f, name) for f in files) for name in _LINES},
        tables=results.checked_tables(),
        by_status=by_status,
        not_run=dict(sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))),
        undetermined=sorted((r for r in rules if r.undetermined), key=lambda r: -r.undetermined),
        limited=[r for s in RAN for r in by_status.get(s, []) if r.executable not in ("", "full")],
        assumptions=results.assumptions(),
        formats=results.format_problems(MOST_FORMATS),
    )
