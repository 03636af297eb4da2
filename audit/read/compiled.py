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

from audit.read.coded import Coded, Column
from audit.read.preflight import Bytes, count_feeds

DType = pl.DataType | type[pl.DataType]
#: Zeros behind a text: the loop looks at 64 bytes from any byte on, and at eight behind these.
BEHIND = bytes(64 + 8)


class Plain(NamedTuple):
    """The lines of a plain block: rows, and which lines (0 = first) they and the others stand on."""

    columns: dict[str, Column]
    lines: npt.NDArray[np.uint32]
    bad_lines: npt.NDArray[np.uint32]
    verdicts: npt.NDArray[np.uint8]
    padded: npt.NDArray[np.bool_]


def is_plain(text: bytes) -> bool:
    """Whether each line of a text can be judged by its commas alone."""
    if b'"' in text or b"\0" in text:
        return False
    # each carriage return directly before a line feed, and none before another
    if b"\r" in text and (text.count(b"\r") != text.count(b"\r\n") or b"\r\r" in text):
        return False
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


class Compiled:
    """Reads plain blocks, of one file after another with the same columns: what they have in common is learned once.

    ``names``: columns with a dictionary. Raises ImportError where numba can't be used.
    """

    def __init__(self, names: Sequence[str]) -> None:
        from audit.read import kernel

        self._kernel = kernel
        self._numbers = {name: number for number, name in enumerate(names)}
        self._texts = [pl.Series(dtype=pl.String) for _ in names]
        self._slots = np.full((len(names), kernel.SLOTS), -1, np.int32)
        self._entries = np.zeros((len(names), kernel.MOST_ENTRIES, 6), np.uint64)
        self._counts = np.zeros(len(names), np.int32)

    def begin(self) -> None:
        """A further file comes. Dictionaries that leave it little room, or were given up half learned, begin anew."""
        for number, texts in enumerate(self._texts):
            if len(texts) > self._kernel.MOST_ENTRIES // 2 or len(texts) < self._counts[number]:
                self._texts[number] = pl.Series(dtype=pl.String)
                self._slots[number], self._counts[number] = -1, 0

    def count_feeds(self, data: Bytes) -> tuple[int, bool]:
        """As ``preflight.count_feeds``, in one look."""
        whole = len(data) - len(data) % self._kernel.SEARCHED
        feeds, beyond = count_feeds(data[whole:])
        if whole:
            words = np.ndarray(whole - 7, np.uint64, data, strides=(1,))
            more, beyond_too = self._kernel.count_feeds(words, whole)
            feeds, beyond = feeds + more, beyond or beyond_too
        return feeds, beyond

    def parse(self, text: memoryview, size: int, columns: dict[str, DType], limit: int) -> Plain | None:
        """The lines of a text of ``size`` bytes, each of which ends with LF, BEHIND the last. None: it is not plain.

        ``columns``, ``limit``: as for ``read_blocks``; a column whose dictionary is full becomes String.
        """
        words = np.ndarray(size + len(BEHIND) - 8, np.uint64, text, strides=(1,))
        odd, most = self._kernel.look(words, size)
        if odd and not is_plain(bytes(text[:size])):
            return None
        while True:
            # a column that the other way took for text is text here too
            dictionary = np.array([-1 if d == pl.String else self._numbers[n] for n, d in columns.items()], np.int32)
            view = np.cumsum(dictionary < 0, dtype=np.int32) - 1
            codes = np.empty((len(self._counts), most), np.uint16)
            views = np.empty((np.count_nonzero(dictionary < 0), most, 4), np.uint32)
            filled = np.empty(views.shape[:2], np.bool_)
            lines, padded = np.empty(most, np.uint32), np.zeros(len(dictionary), np.bool_)
            bad_lines, verdicts = np.empty(most, np.uint32), np.empty(most, np.uint8)
            rows, bad, full = self._kernel.scan(
                words, size, limit, dictionary, view, self._slots, self._entries, self._counts,
                codes, views, filled, lines, bad_lines, verdicts, padded,
            )  # fmt: skip
            if full < 0:
                break
            columns[list(columns)[full]] = pl.String
        found: dict[str, Column] = {}
        for name, number, nth in zip(columns, dictionary, view, strict=True):
            if number < 0:
                found[name] = self._column(text, views[nth, :rows], filled[nth, :rows])
            else:
                self._learn(text, number)
                found[name] = Coded(codes[number, :rows], self._texts[number])
        return Plain(found, lines[:rows], bad_lines[:bad], verdicts[:bad], padded)

    def _column(self, text: memoryview, views: npt.NDArray[np.uint32], filled: npt.NDArray[np.bool_]) -> Column:
        """A column of text; where most rows say the same as the row before, each text once."""
        codes, begins = np.empty(len(views), np.uint32), np.empty(len(views), np.uint32)
        count = self._kernel.runs(views.view(np.uint64), filled, codes, begins)
        if count > len(views) // 2:
            return _texts(text, views, filled)
        begins = begins[:count]
        return Coded(codes, _texts(text, views[begins], filled[begins]))

    def _learn(self, text: memoryview, number: int) -> None:
        """Takes the new texts into a dictionary."""
        texts = self._texts[number]
        new = self._entries[number, len(texts) : self._counts[number], 4:6]
        if len(new):
            texts.append(pl.Series([str(text[start : start + length], "utf-8") for length, start in new.tolist()]))


def _texts(text: memoryview, views: npt.NDArray[np.uint32], filled: npt.NDArray[np.bool_]) -> pl.Series:
    valid = None if filled.all() else pa.py_buffer(np.packbits(filled, bitorder="little"))
    buffers = [valid, pa.py_buffer(np.ascontiguousarray(views)), pa.py_buffer(text)]
    return pl.Series(pa.Array.from_buffers(pa.string_view(), len(views), buffers))
