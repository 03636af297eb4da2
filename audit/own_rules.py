"""A user's own folder of rules (``--rules DIR``), read like the sections of a rulebook and held to the same form.

DIR holds ``*.sql`` (one rule a file), folders of them, and, as in a rulebook, ``patterns/`` and ``models/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from audit import assumptions, rulebook_load
from audit.assumptions import AssumptionError
from audit.errors import INTERNAL, NO_VERDICT, UserError
from audit.rule_files import models, pattern_rules, sql_rules
from audit.rulebook import Rule, Rulebook, RulebookError

#: Folders that are no sections.
_APART = {"models", "patterns"}


def rulebook(name: str, own: Path | None, assumed: Mapping[str, str] | None = None) -> Rulebook:
    """The rulebook of that name, with a user's own rules and assumptions.

    Raises UserError: exit 3 for rules that are broken, 2 for an assumption that does not exist or is no value.
    """
    try:
        book = rulebook_load.load(name)
        if given := {k: v for k, v in (assumed or {}).items() if k in book.assumptions or not _elsewhere(k, name)}:
            book = rulebook_load.load(name, tuple(sorted(given.items())))
    except RulebookError as error:
        raise UserError(str(error), INTERNAL) from error
    except AssumptionError as error:
        raise UserError(f"assumptions: {error}") from None
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


def _elsewhere(assumption: str, name: str) -> bool:
    """Whether the assumption is one of another rulebook: a settings file may serve several."""
    others = (rulebook_load.load(other) for other in rulebook_load.available() if other != name)
    return any(assumption in book.assumptions for book in others)


def with_rules(book: Rulebook, folder: Path) -> Rulebook:
    """The rulebook with the rules and models of a folder. Raises RulebookError."""
    rules = _rules(folder, book)
    if not rules:
        raise RulebookError(f"there is no rule in {folder} (a file NAME.sql for each)")
    taken = {**book.rules, **book.not_raised}
    added: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in added or rule.id in taken:
            other = added[rule.id].origin if rule.id in added else book.title
            raise RulebookError(f"{rule.origin}: the id {rule.id} is taken by {other}")
        added[rule.id] = replace(rule, user=True, also=tuple(replace(p, user=True) for p in rule.also))
    # whether they stand from run to run is nothing that we could know
    own_models = {n: replace(m, stands=None) for n, m in models(folder / "models", book.assumptions).items()}
    for model in own_models:
        if model in book.models or model in book.tables:
            raise RulebookError(f"models/{model}: the rulebook has a table or model of that name; choose another")
    noted = {rule.id: assumptions.noted(rule, book.assumptions) for rule in added.values()}
    return replace(book, rules=dict(sorted({**book.rules, **noted}.items())), models={**book.models, **own_models})


def _rules(folder: Path, book: Rulebook) -> list[Rule]:
    sections = sorted(d for d in folder.iterdir() if d.is_dir() and d.name not in _APART and not d.name.startswith("."))
    found = [rule for each in (folder, *sections) for rule in sql_rules(each, book.tables, book.assumptions)]
    return found + pattern_rules(folder / "patterns", book.tables, book.assumptions)
