"""A user's own folder of rules (``--rules DIR``), read like the sections of a rulebook and held to the same form.

DIR holds ``*.sql`` (one rule a file), folders of them, and, as in a rulebook, ``patterns/`` and ``models/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from audit import rulebook_load
from audit.errors import INTERNAL, NO_VERDICT, UserError
from audit.rule_files import models, pattern_rules, sql_rules
from audit.rulebook import Rule, Rulebook, RulebookError, Table

#: Folders that are no sections.
_APART = {"models", "patterns"}


def rulebook(name: str, own: Path | None) -> Rulebook:
    """The rulebook of that name, with a user's own rules. Raises UserError: exit 3 if these are broken."""
    try:
        book = rulebook_load.load(name)
    except RulebookError as error:
        raise UserError(str(error), INTERNAL) from error
    if own is None:
        return book
    if not own.is_dir():
        raise UserError(f"--rules: there is no folder {own}.")
    try:
        return with_rules(book, own)
    except RulebookError as error:
        raise UserError(
            f"--rules: {error}. Nothing was checked. The form of a rule: sis-audit new-rule SECTION writes one.",
            NO_VERDICT,
        ) from None


def with_rules(book: Rulebook, folder: Path) -> Rulebook:
    """The rulebook with the rules and models of a folder. Raises RulebookError."""
    rules = _rules(folder, book.tables)
    if not rules:
        raise RulebookError(f"there is no rule in {folder} (a file NAME.sql for each)")
    taken = {**book.rules, **book.not_raised}
    added: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in added or rule.id in taken:
            other = added[rule.id].origin if rule.id in added else book.title
            raise RulebookError(f"{rule.origin}: the id {rule.id} is taken by {other}")
        added[rule.id] = replace(rule, user=True, also=tuple(replace(p, user=True) for p in rule.also))
    own_models = models(folder / "models")
    for model in own_models:
        if model in book.models or model in book.tables:
            raise RulebookError(f"models/{model}: the rulebook has a table or model of that name; choose another")
    return replace(book, rules=dict(sorted({**book.rules, **added}.items())), models={**book.models, **own_models})


def _rules(folder: Path, tables: Mapping[str, Table]) -> list[Rule]:
    sections = sorted(d for d in folder.iterdir() if d.is_dir() and d.name not in _APART and not d.name.startswith("."))
    found = [rule for each in (folder, *sections) for rule in sql_rules(each, tables)]
    return found + pattern_rules(folder / "patterns", tables)
