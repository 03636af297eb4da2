"""What the pages of the rule catalogue say of each rule: from the rulebook, its document's statements, its cases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from audit import cases, coverage, explain
from audit.explain import Known
from audit.read.formats import Format
from audit.rulebook import NotRaised, Rule, Rulebook

#: Origin of the rules that stand for the keys and references of all tables.
GENERATED = "generated"
#: Rules that one is compared with.
MOST_RELATED = 8
_IDS = re.compile(r"\b[A-Z]{2}-[A-Z0-9]+(?:-\d+)+\b")


def facts(book: Rulebook, own: Path | None = None) -> list[dict[str, Any]]:
    """One for each rule of the rulebook, ordered by id: the fields of ``rules export``, and those of ``_more``."""
    known = explain.everything(book)
    examples = cases.examples(book, own)
    claimed = coverage.by_rule(book)
    related = _Related(known)
    found = []
    for entry in explain.catalogue([book]):
        rule = known[entry["rule_id"]]
        passing, failing = examples.get(rule.id, (None, None))
        told: dict[str, Any] = {"entry": entry, "passing": passing, "failing": failing, "related": related.of(rule)}
        told["statements"] = [(s.line, s.section, s.starts) for s in claimed.get(rule.id, ())]
        found.append(entry | told | _more(rule, book))
    return found


def _more(rule: Known, book: Rulebook) -> dict[str, Any]:
    """``inputs``: table and its columns; ``expression`` (rows) or ``query`` with ``models``; ``assumptions``."""
    more: dict[str, Any] = {"inputs": [], "expression": "", "query": "", "models": [], "assumptions": [], "judges": []}
    if not isinstance(rule, Rule):
        return more | {"years": ""}
    more |= {"years": explain.years(rule), "judges": list(dict.fromkeys(p.table for p in rule.parts))}
    inputs: dict[str, list[str]] = {}
    for table, column in dict.fromkeys(pair for part in rule.parts for pair in part.reads):
        inputs.setdefault(table, []).append(column)
    more["inputs"] = list(inputs.items())
    more["assumptions"] = [(a.name, a.meaning, a.shown) for a in map(book.assumptions.__getitem__, rule.assumes)]
    if rule.check is not None:
        more["expression"] = explain.expressions(rule)
    elif rule.sql is not None:
        more["query"] = explain.queries(rule)
        more["models"] = explain.models_of(rule, book)
    return more


class _Related:
    """Rules that name each other, and rules that look at the same columns."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self.known = known
        raised = [r for r in known.values() if isinstance(r, Rule) and r.origin != GENERATED]
        self.columns = {r.id: {(p.table, c) for p in r.parts for c in p.columns} for r in raised}
        self.named: dict[str, set[str]] = {}
        for rule in known.values():
            for other in set(_IDS.findall(_said(rule))) & known.keys() - {rule.id}:
                self.named.setdefault(rule.id, set()).add(other)
                self.named.setdefault(other, set()).add(rule.id)
        self.at: dict[tuple[str, str], set[str]] = {}
        for rule_id, columns in self.columns.items():
            for column in columns:
                self.at.setdefault(column, set()).add(rule_id)

    def of(self, rule: Known) -> list[tuple[str, str]]:
        """Ids and titles: those that are named first, then those that share most columns."""
        own = self.columns.get(rule.id, set())
        alike = {other for column in own for other in self.at[column]} - {rule.id}
        named = self.named.get(rule.id, set())
        order = sorted(alike - named, key=lambda other: (-len(self.columns[other] & own), other))
        return [(other, self.known[other].title) for other in [*sorted(named), *order][:MOST_RELATED]]


def _said(rule: Known) -> str:
    """Where a rule may name others."""
    texts: Iterable[str] = ()
    if isinstance(rule, NotRaised):
        texts = (rule.reason,)
    elif not isinstance(rule, Format):
        texts = (rule.note, rule.fix, rule.message)
    return " ".join(texts)
