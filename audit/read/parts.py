"""Writing what was read: typed rows as Parquet parts, format findings as Parquet files; a bounded number in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from audit.read import parquet
from audit.read.coded import Column, joined
from audit.store import FORMAT_SCHEMA, Part

#: Rows of a part, at least, where the file has as many.
PART_ROWS = 250_000
#: Blocks of a part, at most: rows of long texts are many bytes.
PART_BLOCKS = 16
#: Format findings that are kept in memory before they are written.
FINDINGS = 100_000


def write(frame: pl.DataFrame, path: Path) -> None:
    """One Parquet file of one row group."""
    frame.write_parquet(path, compression="lz4", statistics=False, row_group_size=max(frame.height, 1))


class PartWriter:
    """Collects the rows that one file gives to one table."""

    def __init__(self, folder: Path, table: str, file: int, schema: dict[str, Any]) -> None:
        self._folder, self._table, self._file, self._schema = folder, table, file, schema
        self._blocks: list[Mapping[str, Column]] = []
        self.parts: list[Part] = []

    def add(self, rows: Mapping[str, Column]) -> None:
        self._blocks.append(rows)
        if self._rows() >= PART_ROWS or len(self._blocks) >= PART_BLOCKS:
            self._flush()

    def close(self) -> list[Part]:
        """Writes the rest. A file without rows leaves one part that holds its columns."""
        if self._blocks or not self.parts:
            self._flush()
        return self.parts

    def discard(self) -> None:
        for part in self.parts:
            part.path.unlink(missing_ok=True)
        self.parts, self._blocks = [], []

    def _rows(self) -> int:
        return sum(len(block["_line"]) for block in self._blocks)

    def _flush(self) -> None:
        rows = self._rows()
        path = self._folder / f"{self._file:06d}-{self._table}-{len(self.parts)}.parquet"
        parquet.write(path, rows, {name: self._column(name, dtype) for name, dtype in self._schema.items()})
        self.parts.append(Part(self._table, self._file, path, rows))
        self._blocks = []

    def _column(self, name: str, dtype: Any) -> Column:
        return joined([block[name] for block in self._blocks]) if self._blocks else pl.Series(dtype=dtype)


class FormatWriter:
    """Collects format findings. Those of the file that is being read can be taken back until ``keep`` is called."""

    def __init__(self, folder: Path, first_number: int) -> None:
        self._folder, self._prefix = folder, f"formats-{first_number:06d}"
        self._kept: list[pl.DataFrame] = []
        self._open: list[pl.DataFrame] = []
        self._open_paths: list[Path] = []
        self._written = 0
        self.paths: list[Path] = []

    def add(self, findings: pl.DataFrame) -> None:
        self._open.append(findings)
        if sum(f.height for f in self._open) >= FINDINGS:
            self._open_paths.append(self._write(self._open))
            self._open = []

    def add_rows(self, findings: Iterable[dict[str, Any]]) -> None:
        """Findings as mappings; a column that is left out is null."""
        frame = pl.DataFrame([{c: f.get(c) for c in FORMAT_SCHEMA} for f in findings], schema=FORMAT_SCHEMA)
        if frame.height:
            self.add(frame)

    def keep(self) -> None:
        self._kept += self._open
        self.paths += self._open_paths
        self._open, self._open_paths = [], []
        if sum(f.height for f in self._kept) >= FINDINGS or len(self._kept) >= FINDINGS // 100:
            self._flush()

    def discard(self) -> None:
        for path in self._open_paths:
            path.unlink(missing_ok=True)
        self._open, self._open_paths = [], []

    def close(self) -> list[Path]:
        self.keep()
        if self._kept:
            self._flush()
        return self.paths

    def _flush(self) -> None:
        self.paths.append(self._write(self._kept))
        self._kept = []

    def _write(self, frames: Sequence[pl.DataFrame]) -> Path:
        path = self._folder / f"{self._prefix}-{self._written:04d}.parquet"
        self._written += 1
        write(pl.concat(frames), path)
        return path
