"""Which rulebook an extract is for: the one whose tables or batch files it holds."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from audit.errors import UserError
from audit.read.find import Input, find
from audit.rulebook import Rulebook


def choose(extract: Path, books: Iterable[Rulebook], ignore: Path | None = None) -> Rulebook:
    """The rulebook that knows files of an extract; that with the most tables where none does.

    Reference tables and parameters say nothing. Raises UserError where several rulebooks know files of it.
    """
    ranked = rank(extract, books, ignore)
    known = {book.name: files for book, files in ranked if files}
    if len(known) > 1:
        files = "; ".join(f"{name}: {_listed(names)}" for name, names in sorted(known.items()))
        raise UserError(
            f"EXTRACT holds files of several states ({files}). "
            f"Say which to check: {' or '.join(f'--state {name}' for name in sorted(known))}."
        )
    return ranked[0][0]


def rank(extract: Path, books: Iterable[Rulebook], ignore: Path | None = None) -> list[tuple[Rulebook, list[str]]]:
    """Each rulebook with the names of the files that it knows: those with most first, then those with most tables."""
    found = [(book, [i.name for i in find(extract, book, ignore).inputs if _tells(i, book)]) for book in books]
    return sorted(found, key=lambda f: (-len(f[1]), -len(f[0].tables)))


def _tells(item: Input, book: Rulebook) -> bool:
    return bool(item.header) or (item.table is not None and not book.tables[item.table].reference_data)


def _listed(names: list[str], most: int = 2) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
