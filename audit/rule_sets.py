"""What decides what a rule finds, as a digest: a rule that changed is not mistaken for data that did."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from audit.families import FAMILIES
from audit.generated import all_rules
from audit.rulebook import Rule, Rulebook, written

_DECIDES = ("id", "table", "key", "columns", "severity", "grain", "years", "reads", "optional", "assumes", "sql")


def digests(rulebook: Rulebook) -> dict[str, str]:
    """Rule id -> digest of its query or expressions, with the shared models that it stands on. Words do not count."""
    models = {name: _of(with_models(model.sql, rulebook)) for name, model in rulebook.models.items()}
    found = {rule.id: _digest(rule, models) for rule in all_rules(rulebook).values()}
    codes = _of(repr(sorted(rulebook.codes.items())))
    return found | {family: _of(family + (codes if family == "FMT-CODE" else "")) for family in FAMILIES}


def _digest(rule: Rule, models: Mapping[str, str]) -> str:
    texts = []
    for part in rule.parts:
        texts.append(repr([getattr(part, name) for name in _DECIDES]))
        texts += [models[name] for name in sorted(words(part.sql or "") & set(models))]
        if part.check is not None:
            texts.append(written(part.check))
    return _of("\n".join(texts))


def with_models(sql: str, rulebook: Rulebook) -> str:
    """A query and those of all models that it stands on."""
    found, waiting = set[str](), [sql]
    while waiting:
        text = waiting.pop()
        if text not in found:
            found.add(text)
            waiting += [rulebook.models[name].sql for name in words(text) & set(rulebook.models)]
    return "\n".join(sorted(found))


def words(sql: str) -> set[str]:
    """The words of a query, without its comments."""
    return set(re.findall(r"\w+", re.sub(r"--[^\n]*", "", sql)))


def _of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Rule id -> added, changed or removed."""
    found = {rule: "removed" for rule in before if rule not in now}
    found |= {rule: "added" for rule in now if rule not in before}
    return dict(sorted((found | {r: "changed" for r in now if r in before and before[r] != now[r]}).items()))
