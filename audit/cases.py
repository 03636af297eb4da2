"""The cases that stand beside a rule, as examples for a reader: one that passes and one that fails.

They are the same cases that the tests run, so what a page shows can't go stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from audit.rulebook import Rulebook
from audit.rulebook_load import package_folder

ENDING = ".cases.yaml"
_NO_TABLES = {"case", "finds", "undetermined", "population"}
#: Longer cases are hard to read; a shorter one is preferred.
_ROWS = 4


@dataclass(frozen=True)
class Case:
    """``tables``: name, columns, rows as text (None: empty). ``finds``: what is found, some columns of each finding."""

    name: str
    tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str | None]]]]
    finds: Sequence[Mapping[str, str]]

    @property
    def rows(self) -> int:
        return sum(len(rows) for _, _, rows in self.tables)


def examples(book: Rulebook, own: Path | None = None) -> Mapping[str, tuple[Case | None, Case | None]]:
    """Rule id -> a case that passes and one that fails. ``own``: a user's folder of rules."""
    found: dict[str, tuple[Case | None, Case | None]] = {}
    files = {f.name.removesuffix(ENDING): f for f in _files(package_folder(book.name), own)}
    for rule in book.rules:
        file = files.get(rule) or files.get(re.sub("^[A-Z]+-", "", rule, count=1))
        if file is not None:
            found[rule] = _chosen(_read(file))
    return found


def _files(package: Traversable, own: Path | None) -> Iterator[Traversable]:
    for folder in (package, *([own] if own else [])):
        for each in (folder, *(d for d in folder.iterdir() if d.is_dir())):
            yield from (f for f in each.iterdir() if f.name.endswith(ENDING))


def _read(file: Traversable) -> list[dict[str, Any]]:
    """The cases in a file; none where it is not well formed (its own test says how)."""
    import yaml

    try:
        found = yaml.load(file.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return []
    return [case for case in found if _is_case(case)] if isinstance(found, list) else []


def _is_case(case: Any) -> bool:
    if not isinstance(case, dict) or not all(isinstance(v, list) for k, v in case.items() if k not in _NO_TABLES):
        return False
    rows = [row for name, given in case.items() if name not in _NO_TABLES for row in given or ()]
    return all(row is None or isinstance(row, dict) for row in (*rows, *(case.get("finds") or ())))


def _chosen(cases: Sequence[Mapping[str, Any]]) -> tuple[Case | None, Case | None]:
    """The first short case of either kind in which a record is judged and everything can be told."""
    told = [c for c in cases if not c.get("undetermined") and c.get("population") != 0]
    passing = [_case(c) for c in told if not c.get("finds")]
    failing = [_case(c) for c in told if c.get("finds")]
    return _short(passing), _short(failing)


def _short(cases: Sequence[Case]) -> Case | None:
    return next((c for c in cases if c.rows <= _ROWS), min(cases, key=lambda c: c.rows, default=None))


def _case(given: Mapping[str, Any]) -> Case:
    tables = []
    for name, rows in given.items():
        if name not in _NO_TABLES:
            filled = [row or {} for row in rows or ()]
            columns = list(dict.fromkeys(column for row in filled for column in row if not column.startswith("_")))
            tables.append((name, columns, [[_cell(row, column) for column in columns] for row in filled]))
    finds = [{k: str(v) for k, v in each.items()} for each in given.get("finds") or ()]
    return Case(str(given.get("case", "")), tables, finds)


def _cell(row: Mapping[str, Any], column: str) -> str | None:
    """What the case says of a column: None for empty, "" for nothing (then the value is valid)."""
    if column not in row:
        return ""
    return None if row[column] is None else str(row[column])
