"""Plain blocks of large files, judged and parsed in one compiled loop.

What it gives is what ``audit.read.lines`` gives by the longer way of judging with numpy and parsing with polars, which
takes every block that has a quote, a stray carriage return or a byte that is no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

DType = pl.DataType | type[pl.DataType]


class Plain(NamedTuple):
    """The lines of a plain block: rows, and which lines (0 = first) they and the others stand on."""

    frame: pl.DataFrame
    lines: npt.NDArray[np.uint32]
    bad_lines: npt.NDArray[np.uint32]
    verdicts: npt.NDArray[np.uint8]
    padded: npt.NDArray[np.bool_]


def is_plain(body: bytes) -> bool:
    """Whether each line of a body can be judged by its commas alone."""
    if b'"' in body or b"\0" in body:
        return False
    # each carriage return directly before a line feed, and none before another
    if b"\r" in body and (body.count(b"\r") != body.count(b"\r\n") or b"\r\r" in body):
        return False
    if body.isascii():
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


class Compiled:
    """Reads the plain blocks of one file.

    ``columns``, ``limit``: as for ``read_blocks``; a column whose dictionary is full becomes String. Raises ImportError
    where numba can't be used.
    """

    def __init__(self, columns: dict[str, DType], limit: int) -> None:
        from audit.read import kernel

        self._kernel = kernel
        self._columns, self._limit = columns, limit
        names = [name for name, dtype in columns.items() if dtype != pl.String]
        self._dictionaries = {name: _Dictionary(number, columns[name]) for number, name in enumerate(names)}
        self._slots = np.full((len(names), kernel.SLOTS), -1, np.int32)
        self._entries = np.zeros((len(names), kernel.MOST_ENTRIES, 6), np.uint64)
        self._counts = np.zeros(len(names), np.int32)

    def parse(self, body: bytes) -> Plain:
        """The lines of a plain body, each of which ends with LF."""
        text = body + self._kernel.BEHIND
        words = np.ndarray(len(body) + 64, np.uint64, text, strides=(1,))
        # pages that nothing is written to take no memory
        most = len(body) // len(self._columns) + 1
        while True:
            # a column that the other way took for text is text here too
            coded = [d if self._columns[name] != pl.String else None for name, d in self._all()]
            texts = [name for (name, _), d in zip(self._all(), coded, strict=True) if d is None]
            dictionary = np.array([-1 if d is None else d.number for d in coded], np.int32)
            view = np.cumsum([d is None for d in coded], dtype=np.int32) - 1
            codes = np.empty((len(self._counts), most), np.uint16)
            views = np.empty((len(texts), most, 4), np.uint32)
            filled = np.empty((len(texts), most), np.bool_)
            lines, padded = np.empty(most, np.uint32), np.zeros(len(coded), np.bool_)
            bad_lines, verdicts = np.empty(len(body), np.uint32), np.empty(len(body), np.uint8)
            rows, bad, full = self._kernel.scan(
                words, len(body), self._limit, dictionary, view, self._slots, self._entries, self._counts,
                codes, views, filled, lines, bad_lines, verdicts, padded,
            )  # fmt: skip
            if full < 0:
                break
            self._columns[list(self._columns)[full]] = pl.String
        self._learn(text, coded)
        frame = self._frame(text, rows, coded, codes, views, filled)
        return Plain(frame, lines[:rows], bad_lines[:bad], verdicts[:bad], padded)

    def _all(self) -> list[tuple[str, _Dictionary | None]]:
        return [(name, self._dictionaries.get(name)) for name in self._columns]

    def _learn(self, text: bytes, coded: Sequence[_Dictionary | None]) -> None:
        """Takes the new texts into the dictionaries."""
        for dictionary in coded:
            if dictionary is not None:
                dictionary.learn(
                    text, self._entries[dictionary.number, dictionary.size : self._counts[dictionary.number]]
                )

    def _frame(
        self,
        text: bytes,
        rows: int,
        coded: Sequence[_Dictionary | None],
        codes: npt.NDArray[np.uint16],
        views: npt.NDArray[np.uint32],
        filled: npt.NDArray[np.bool_],
    ) -> pl.DataFrame:
        series, typed, taken = [], [], 0
        for name, dictionary in zip(self._columns, coded, strict=True):
            if dictionary is None:
                series.append(_texts(name, text, views[taken, :rows], filled[taken, :rows]))
                typed.append(pl.col(name))
                taken += 1
            elif not dictionary.size:
                series.append(pl.repeat(None, rows, dtype=dictionary.dtype, eager=True).alias(name))
                typed.append(pl.col(name))
            else:
                series.append(dictionary.numbers(name, codes[dictionary.number, :rows], self._kernel.EMPTY))
                typed.append(pl.col(name).cat.to(dictionary.dtype))
        return pl.DataFrame(series).select(typed)


class _Dictionary:
    """The texts of one column, and the numbers that polars has for them."""

    def __init__(self, number: int, dtype: DType) -> None:
        self.number, self.dtype = number, dtype
        self.size = 0
        self._numbers = np.empty(0, np.uint32)
        self._as_they_are = True
        # polars forgets the numbers of texts that no column holds
        self._held: list[pl.Series] = []

    def learn(self, text: bytes, entries: npt.NDArray[np.uint64]) -> None:
        """Adds the texts of new entries."""
        if not len(entries):
            return
        found = [text[start : start + length].decode() for length, start in entries[:, 4:6].tolist()]
        texts = pl.Series(found, dtype=self.dtype)
        self._held.append(texts)
        known = texts.to_physical().to_numpy()
        self._as_they_are &= bool((known == np.arange(self.size, self.size + len(known))).all())
        self._numbers = np.append(self._numbers, known)
        self.size += len(known)

    def numbers(self, name: str, codes: npt.NDArray[np.uint16], empty: np.uint16) -> pl.Series:
        """The numbers that polars has for the texts of rows, null where a field is empty."""
        filled = codes != empty
        if not filled.all():
            codes = np.where(filled, codes, np.uint16(0))
        numbers = codes.astype(np.uint32) if self._as_they_are else self._numbers.take(codes)
        return pl.Series(name, pa.Array.from_buffers(pa.uint32(), len(codes), [_valid(filled), pa.py_buffer(numbers)]))


def _texts(name: str, text: bytes, views: npt.NDArray[np.uint32], filled: npt.NDArray[np.bool_]) -> pl.Series:
    buffers = [_valid(filled), pa.py_buffer(views), pa.py_buffer(text)]
    return pl.Series(name, pa.Array.from_buffers(pa.string_view(), len(views), buffers))


def _valid(filled: npt.NDArray[np.bool_]) -> pa.Buffer | None:
    return None if filled.all() else pa.py_buffer(np.packbits(filled, bitorder="little"))
