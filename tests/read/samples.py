"""Small extracts, and what reading makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from audit.read import read_extract
from audit.rulebook import Rulebook
from audit.rulebook_load import load
from audit.store import FORMAT_SCHEMA, Extract, SourceFile

HOME, SERVING, DISTRICT = "150162990250012", "150162990250034", "15016299025"


@cache
def book() -> Rulebook:
    return load("illinois")


def row(layout: str, **cells: str) -> str:
    """A line of a batch file: cells by the layout's source columns, the others empty."""
    known = {c.source: c.position for c in book().layouts[layout].columns}
    fields = [""] * book().layouts[layout].width
    for name, value in cells.items():
        fields[known[name] - 1] = value
    return ",".join(fields)


def batch(
    type_name: str, *rows: str, count: object = None, date: str = "11/30/2018", rcdt: str = DISTRICT, name: str = ""
) -> str:
    """A whole batch file."""
    number = len(rows) if count is None else count
    return "\n".join([f"{type_name},{number},{name},{date},{rcdt}", *rows]) + "\n"


def demographics(**cells: str) -> str:
    """A row of Student Demographics with 37 columns that enrolls a student in grade 9."""
    usual = {
        "sid": "123456789",
        "birth_date": "05/04/2004",
        "enrollment_date": "08/20/2018",
        "home_rcdts": HOME,
        "serving_rcdts": SERVING,
        "grade_level": "09",
        "school_year": "2019",
        "pda": "1.00",
    }
    return row("student_demographics_2021", **{**usual, **cells})


@dataclass
class Read:
    """What reading leaves behind, easy to ask."""

    extract: Extract

    def table(self, name: str) -> pl.DataFrame:
        """All rows of a table, in the order of files and lines."""
        parts = self.extract.parts.get(name, [])
        frames = [pl.read_parquet(p.path) for p in parts]
        return pl.concat(frames, how="diagonal").sort("_file", "_line")

    def values(self, name: str, column: str) -> list[Any]:
        return self.table(name)[column].to_list()

    @property
    def findings(self) -> pl.DataFrame:
        frames = [pl.read_parquet(p) for p in self.extract.formats]
        return pl.concat([pl.DataFrame(schema=FORMAT_SCHEMA), *frames])

    def found(self, *columns: str) -> list[tuple[Any, ...]]:
        """The findings, by the columns asked for."""
        return self.findings.select(columns).rows()

    def file(self, path: str) -> SourceFile:
        return next(f for f in self.extract.files if f.path == path)

    @property
    def notices(self) -> str:
        return "\n".join(self.extract.notices)


def read(root: Path, **options: Any) -> Read:
    work = root.parent / f"work-{root.name}"
    return Read(read_extract(root, book(), work, **options))


def write(root: Path, **files: str) -> Path:
    """Files by name (``enrollment_csv`` is enrollment.csv) in a folder."""
    root.mkdir(exist_ok=True)
    for name, content in files.items():
        stem, _, ending = name.rpartition("_")
        (root / f"{stem}.{ending}").write_text(content, "utf-8")
    return root
