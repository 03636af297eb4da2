"""Files that have not changed since the last run: their rows are taken over as they were read then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from audit.kept import Kept, link
from audit.read.file import Notices
from audit.read.find import Input
from audit.read.parts import write
from audit.store import Part, SourceFile, scan


class Again:
    """Takes over what ``kept`` holds, into ``folder``. A file may have another number than in the last run."""

    def __init__(
        self, kept: Kept, inputs: Iterable[Input], sizes: Mapping[str, int], folder: Path, notices: Notices
    ) -> None:
        self._same = kept.same({i.name: i.path for i in inputs if not i.problem}, sizes)
        self._kept, self._folder, self._notices = kept, folder, notices
        self._told: dict[str, list[str]] = {}
        for text, names in kept.extract.told.items():
            for name in names:
                self._told.setdefault(name, []).append(text)
        self._numbers: dict[int, int] = {}

    @property
    def files(self) -> int:
        """How many were taken over."""
        return len(self._numbers)

    def has(self, name: str) -> bool:
        """Whether a file is the same as in the last run."""
        return name in self._same

    def take(self, number: int, name: str, parts: dict[str, list[Part]]) -> SourceFile | None:
        """Adds the parts of a file that is the same as in the last run; None if it is not, or nobody knows."""
        known = self._same.get(name)
        if known is None:
            return None
        self._numbers[known.number] = number
        for nth, part in enumerate(self._kept.parts(known)):
            path = self._folder / f"{number:06d}-{part.table}-{nth}.parquet"
            if number == known.number:
                link(part.path, path)
            else:
                write(scan(part.path).collect().with_columns(_file=pl.lit(number, pl.Int32)), path)
            parts.setdefault(part.table, []).append(Part(part.table, number, path, part.rows))
        for text in self._told.get(name, ()):
            self._notices.add(text, name)
        return replace(known, number=number)

    def formats(self) -> list[Path]:
        """The format findings of the files that were taken over."""
        out = []
        for nth, path in enumerate(self._kept.extract.formats):
            found = scan(path).collect().filter(pl.col("_file").is_in(list(self._numbers)))
            if found.height:
                out.append(self._folder / f"formats-again-{nth:04d}.parquet")
                write(found.with_columns(pl.col("_file").replace(self._numbers)), out[-1])
        return out
