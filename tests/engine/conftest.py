"""Small extracts without files: rows of a table as a file of its own would have supplied them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from audit import rulebook_load
from audit.engines.embedded import Engine
from audit.rulebook import Rulebook
from audit.store import Extract, Part, SourceFile
from tests.rules import factory


@pytest.fixture(scope="session")
def illinois() -> Rulebook:
    return rulebook_load.load("illinois")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine(tmp_path / "spill", 500_000_000, 1)
    yield made
    made.close()


class Maker:
    """Adds files to an extract. ``lacks``: columns that the file does not have."""

    def __init__(self, rulebook: Rulebook, folder: Path) -> None:
        self.rulebook, self.folder = rulebook, folder
        self.extract = Extract(folder)

    def add(
        self, table: str, rows: list[dict[str, Any]], kind: str = "table", layout: str = "", lacks: tuple[str, ...] = ()
    ) -> Maker:
        number = len(self.extract.files) + 1
        frame = factory.frame(self.rulebook, table, [{"_file": number} | r for r in rows]).drop(lacks)
        path = self.folder / f"{number}-{table}.parquet"
        frame.write_parquet(path)
        supplied = {table: frozenset(self.rulebook.tables[table].columns) - set(lacks)}
        file = SourceFile(
            number, f"{table}-{number}.csv", kind=kind, layout_id=layout, tables=(table,), supplied=supplied,  # type: ignore[arg-type]
            lines=len(rows) + 1, header_lines=1, rows_read=len(rows), rows_checked=len(rows),
        )  # fmt: skip
        self.extract.files.append(file)
        self.extract.parts.setdefault(table, []).append(Part(table, number, path, len(rows)))
        return self


@pytest.fixture
def maker(illinois: Rulebook, tmp_path: Path) -> Callable[[str], Maker]:
    def make(name: str = "extract") -> Maker:
        folder = tmp_path / name
        folder.mkdir()
        return Maker(illinois, folder)

    return make
