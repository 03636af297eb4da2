"""The rows of one file, block by block: cells decoded, rows given to their tables, what can't be read reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from audit.read.coded import Coded, Column, Flags, as_series, filtered
from audit.read.decode import Cells, CodeReader
from audit.read.formats import FORMATS
from audit.read.learned import Decoders
from audit.read.parts import FormatWriter, PartWriter
from audit.read.plan import GIVEN, SID, Field, Plan, TablePlan
from audit.store import FORMAT_SCHEMA, Part


class WrongCodingError(Exception):
    """Columns of the file (``sources``) do not hold the coding that their layout says: read it again without."""

    def __init__(self, sources: frozenset[str]) -> None:
        super().__init__()
        self.sources = sources


class RowLoader:
    """Takes the blocks of one file. ``name``: the file's name, which a working id begins with.

    ``lowered``: whether letters of an RCDTS stood in lower case.
    """

    def __init__(
        self, plan: Plan, decoders: Decoders, number: int, name: str, folder: Path, formats: FormatWriter
    ) -> None:
        self._plan, self._decoders, self._number, self._name, self._formats = plan, decoders, number, name, formats
        self._writers = [PartWriter(folder, t.part, number, t.schema) for t in plan.tables]
        self._needs = plan.needs()
        self._padded = Counter[tuple[str, str]]()
        self.lowered = False

    def add(self, columns: Mapping[str, Column], line: pl.Series, padded: frozenset[str]) -> None:
        """Loads a block. ``padded``: text columns in which a cell may begin or end with white space.

        Raises WrongCodingError.
        """
        block = _Block(self._plan, columns, padded, self._decoders)
        if wrong := frozenset(source for (source, _), cells in block.decoded.items() if cells.telltale):
            raise WrongCodingError(wrong)
        self.lowered = self.lowered or any(cells.lowered for cells in block.decoded.values())
        context = self._context(block, len(line))
        seen = _Seen()
        for table, writer in zip(self._plan.tables, self._writers, strict=True):
            rows = self._rows(table, block, context, line)
            emitted = None if table.when is None else _true(context.select(table.when).to_series())
            self._report(table, block, rows, emitted, seen)
            writer.add(rows if emitted is None else {name: filtered(own, emitted) for name, own in rows.items()})

    def close(self) -> list[Part]:
        """Writes what is left, and the counts of restored zeros."""
        self._formats.add_rows(
            {
                "rule_id": "FMT-PADDED",
                "table_name": table,
                "_file": self._number,
                "column_name": column,
                "value": str(count),
                "expected": FORMATS["FMT-PADDED"].expected,
                "message": FORMATS["FMT-PADDED"].message,
            }
            for (table, column), count in self._padded.items()
            if count
        )
        return [part for writer in self._writers for part in writer.close()]

    def discard(self) -> None:
        for writer in self._writers:
            writer.discard()

    def _context(self, block: _Block, height: int) -> pl.DataFrame:
        """The columns that expressions name, one row per record."""
        found = {name: series for name in self._needs if (series := block.named(name)) is not None}
        constants = [pl.lit(v).alias(n) for n, v in self._plan.constants.items() if n in self._needs]
        return pl.DataFrame({"": pl.repeat(None, height, eager=True), **found}).with_columns(constants)

    def _rows(self, table: TablePlan, block: _Block, context: pl.DataFrame, line: pl.Series) -> dict[str, Column]:
        fills = context.with_columns(f.typed for f in table.fills).select(f.column for f in table.fills)
        rows: dict[str, Column] = {f.column: block.values(f) for f in table.fields}
        rows |= fills.to_dict()
        if table.working_id and SID in rows and _has_gaps(rows[SID]):
            ids = pl.DataFrame({SID: as_series(rows[SID]), "line": line})
            working_id = pl.concat_str(pl.lit(f"~{self._name}:"), pl.col("line").cast(pl.String))
            rows[SID] = ids.select(pl.col(SID).fill_null(working_id)).to_series()
        number = pl.Series([self._number], dtype=pl.Int32)
        return rows | {"_file": Coded(np.zeros(len(line), np.uint8), number), "_line": line}

    def _report(
        self, table: TablePlan, block: _Block, rows: Mapping[str, Column], emitted: Flags | None, seen: _Seen
    ) -> None:
        """Reports cells of the table's rows; a cell that several tables take is reported once."""
        for column in table.fields:
            cells, place = block.cells(column), (column.source, column.column)
            if cells is None:
                continue
            if cells.padded is not None and place not in seen.padded:
                seen.padded.add(place)
                count = int(np.count_nonzero(cells.padded if emitted is None else cells.padded & emitted))
                self._padded[table.table, column.column] += count
            if cells.at_fault is None:
                continue
            here = cells.at_fault if emitted is None else cells.at_fault & emitted
            before = seen.faults.get(place)
            new = here if before is None else here & ~before
            if new.any():
                self._formats.add(self._findings(table, column, cells, new, rows))
            seen.faults[place] = here if before is None else here | before

    def _findings(
        self, table: TablePlan, column: Field, cells: Cells, here: Flags, rows: Mapping[str, Column]
    ) -> pl.DataFrame:
        found = pl.DataFrame(
            {"rule_id": cells.faults(here), "_line": as_series(filtered(rows["_line"], here)), "value": cells.raw(here)}
        )
        rule = pl.col("rule_id")
        expected = {i: f.expected for i, f in FORMATS.items()}
        if isinstance(column.read, CodeReader):
            expected["FMT-CODE"] = f"One of {', '.join(column.read.codes)}."
        student = rows.get(table.student)
        return found.with_columns(
            sid=pl.lit(None) if student is None else as_series(filtered(student, here)),
            table_name=pl.lit(table.table),
            column_name=pl.lit(column.column),
            expected=rule.replace_strict(expected),
            message=rule.replace_strict({i: f.message for i, f in FORMATS.items()}),
            _file=pl.lit(self._number),
        ).select(pl.col(c).cast(t) for c, t in FORMAT_SCHEMA.items())


def _true(marks: pl.Series) -> Flags:
    return marks.fill_null(False).to_numpy()


def _has_gaps(column: Column) -> bool:
    if isinstance(column, Coded):
        return not column.filled.all() or bool(column.where(column.entries.is_null().to_numpy()).any())
    return column.null_count() > 0


@dataclass
class _Seen:
    """What was reported of a block: columns whose restored zeros were counted, cells that can't be read."""

    padded: set[tuple[str, str]] = field(default_factory=set)
    faults: dict[tuple[str, str], Flags] = field(default_factory=dict)


class _Block:
    """The columns of a block, each decoded once though several tables may take it."""

    def __init__(
        self,
        plan: Plan,
        columns: Mapping[str, Column],
        padded: frozenset[str],
        decoders: Decoders,
    ) -> None:
        self.decoded: dict[tuple[str, str], Cells] = {}
        self._texts: dict[str, Column] = {}
        self._named: dict[str, Field] = {}
        for column in (c for table in plan.tables for c in table.fields):
            key = (column.source, column.column)
            if not column.extra:
                self._named.setdefault(column.column, column)
            if key not in decoders:
                if column.source not in self._texts:
                    self._texts[column.source] = _text(columns[column.source], column.source in padded)
            elif key not in self.decoded:
                self.decoded[key] = decoders[key].take(columns[column.source])

    def cells(self, column: Field) -> Cells | None:
        return self.decoded.get((column.source, column.column))

    def values(self, column: Field) -> Column:
        cells = self.cells(column)
        return self._texts[column.source] if cells is None else cells.values

    def named(self, name: str) -> pl.Series | None:
        """The column that an expression means by a name; None where the file has none."""
        column = self._named.get(name.removeprefix(GIVEN))
        if column is None:
            return None
        if not name.startswith(GIVEN):
            return as_series(self.values(column))
        cells = self.cells(column)
        return as_series(self.values(column)).is_not_null() if cells is None else cells.given


def _text(column: Column, padded: bool) -> Column:
    """Text as it is, without blanks around it; empty is null."""
    if not padded:
        return column
    if isinstance(column, Coded):
        return Coded(column.codes, _trimmed(column.entries))
    return _trimmed(column)


def _trimmed(texts: pl.Series) -> pl.Series:
    trimmed = texts.str.strip_chars()
    return trimmed.set(trimmed == "", None)
