"""A run of the command over all entries that end alike, and everything that came of it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from tests.hostile.entries import FAULT, Entry
from tests.read.samples import Read, book
from tests.test_cli import command

Finding = tuple[str, int | None, str, str, str]  # rule, line, value, file, message


def tree(folder: Path) -> dict[str, str]:
    """What lies in a folder: path and content, or what else it is; links are not followed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = ascii(str(path.relative_to(folder)))
        if path.is_symlink():
            found[name] = f"link {path.readlink()}"
        elif path.is_file():
            with path.open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        else:
            found[name] = f"{path.stat().st_mode:o}"
    return found


@dataclass
class World:
    """``folder``: with the extract ``in``, the results ``out``, and places that stay as they are."""

    folder: Path
    entries: dict[int, Entry]

    @classmethod
    def make(cls, folder: Path, entries: dict[int, Entry]) -> World:
        for name in ("in", "home", "cwd", "tmp"):
            (folder / name).mkdir()
        for number, entry in entries.items():
            entry.write(folder / "in" / f"{number:03}", number)
        return cls(folder, entries)

    @property
    def extract(self) -> Path:
        return self.folder / "in"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def run(self, *options: str) -> None:
        """Runs ``check`` in a process of its own. The extract and the places around it must be as before."""
        places = [self.folder / name for name in ("in", "home", "cwd", "tmp")]
        before = [tree(place) for place in places]
        words = command(
            "check", self.extract, "--out", self.out, "--as-of", "2018-11-30", "--state", "illinois", "-v", *options
        )
        environ = {**os.environ, "HOME": str(places[1]), "TMPDIR": str(places[3]), "PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=places[2], env=environ, encoding="utf-8"
        )
        self.printed = "".join(process.communicate(timeout=300))
        self.status = process.returncode
        assert [tree(place) for place in places] == before

    @cached_property
    def told(self) -> dict[str, Any]:
        return dict(json.loads((self.out / "run.json").read_text("utf-8")))

    @cached_property
    def findings(self) -> pl.DataFrame:
        return pl.read_parquet(self.out / "exceptions.parquet")

    def found(self, number: int) -> list[Finding]:
        """The format findings and planted faults of an entry."""
        columns = ("rule_id", "line_number", "value", "file_name", "message")
        wanted = pl.col("rule_id").str.starts_with("FMT-") | (pl.col("rule_id") == FAULT)
        return self.findings.filter(wanted & self._of(number, "file_name")).select(columns).rows()

    def inputs(self, number: int) -> list[dict[str, Any]]:
        return [i for i in self.told["inputs"] if i["path"].startswith(f"{number:03}/")]

    def said(self, number: int) -> str:
        """What is told of an entry: messages of findings, and notices that may mean it."""
        notices = [n for n in self.told["notices"] if f"{number:03}/" in n or "/" not in n or " more)" in n]
        return "\n".join([*(f[4] for f in self.found(number)), *notices])

    @staticmethod
    def _of(number: int, column: str) -> pl.Expr:
        return pl.col(column).str.starts_with(f"{number:03}/")


def read_back(world: World, work: Path) -> Callable[[int], dict[int, str]]:
    """What the reader makes of the rows: number of an entry -> line -> student id of the enrollments."""
    from audit.read import read_extract

    extract = read_extract(world.extract, book(), work)
    table = Read(extract).table("enrollment")
    paths = {f.number: f.path for f in extract.files}

    def of(number: int) -> dict[int, str]:
        mine = [n for n, path in paths.items() if path.startswith(f"{number:03}/")]
        return dict(table.filter(pl.col("_file").is_in(mine)).select("_line", "sid").rows())

    return of
