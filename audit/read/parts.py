"""Writing what was read: typed rows as Parquet parts, format findings as Parquet files; a bounded number in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from audit.store import FORMAT_SCHEMA, Part

#: Rows of a part, at least, where the file has as many.
PART_ROWS = 250_000
#: Format findings that are kept in memory before they are written.
FINDINGS = 100_000
#: Where a Parquet file says which types its columns had.
_SCHEMA = "ARROW:schema"


def write(frame: pl.DataFrame, path: Path, metadata: dict[str, str] | None = None) -> None:
    """One Parquet file of one row group."""
    rows = max(frame.height, 1)
    frame.write_parquet(path, compression="lz4", statistics=False, row_group_size=rows, metadata=metadata)


def _says_text(schema: dict[str, Any]) -> dict[str, str]:
    """Metadata of a Parquet file by which polars reads its Categorical columns as the text that they are."""
    buffer = BytesIO()
    pl.DataFrame(schema=schema).write_parquet(buffer)
    buffer.seek(0)
    return {_SCHEMA: pl.read_parquet_metadata(buffer)[_SCHEMA]}


class PartWriter:
    """Collects the rows that one file gives to one table."""

    def __init__(self, folder: Path, table: str, file: int, schema: dict[str, Any]) -> None:
        self._folder, self._table, self._file, self._schema = folder, table, file, schema
        self._metadata = _says_text(schema)
        self._frames: list[pl.DataFrame] = []
        self.parts: list[Part] = []

    def add(self, frame: pl.DataFrame) -> None:
        self._frames.append(frame)
        if sum(f.height for f in self._frames) >= PART_ROWS:
            self._flush()

    def close(self) -> list[Part]:
        """Writes the rest. A file without rows leaves one part that holds its columns."""
        if self._frames or not self.parts:
            self._flush()
        return self.parts

    def discard(self) -> None:
        for part in self.parts:
            part.path.unlink(missing_ok=True)
        self.parts, self._frames = [], []

    def _flush(self) -> None:
        frame = _concat(self._frames) if self._frames else pl.DataFrame(schema=self._schema)
        path = self._folder / f"{self._file:06d}-{self._table}-{len(self.parts)}.parquet"
        write(frame.select(list(self._schema)), path, self._metadata)
        self.parts.append(Part(self._table, self._file, path, frame.height))
        self._frames = []


def _concat(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One frame; a column whose dictionary changed from block to block becomes text."""
    if any(f.schema != frames[0].schema for f in frames):
        frames = [f.with_columns(pl.col(pl.Categorical).cast(pl.String)) for f in frames]
    return pl.concat(frames)


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
