"""The verdict on every physical line of a piece of text: a record, blank, or why it is none.

Lines are judged one by one. A quote that is lost so costs one line; counted through the file it would turn the inside
of every later field out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from audit.read import bits
from audit.read.bits import Bits, Bytes, Positions

LF, CR, COMMA, QUOTE, SPACE = b'\n\r," '

Flags = npt.NDArray[np.bool_]


class Verdict(IntEnum):
    """What a physical line is. FEW and all behind it are rejected; OPEN may yet become a record of several lines."""

    GOOD = 0
    INSIDE = 1
    BLANK = 2
    FEW = 3
    MANY = 4
    OPEN = 5
    BAD_QUOTE = 6
    STRAY_CR = 7
    NOT_UTF8 = 8
    NUL = 9
    LONG = 10


@dataclass(frozen=True)
class Judged:
    """``ends``: position of the LF of every line. ``verdicts``: uint8, one per line.

    ``padded``: for each field of a record, whether in some line it may begin or end with white space.
    """

    ends: npt.NDArray[np.int32]
    verdicts: npt.NDArray[np.uint8]
    padded: Flags


@dataclass(frozen=True)
class _Marks:
    """Where the marks of a piece stand. ``returns`` and ``quotes`` are None if the piece has none."""

    ends: Positions
    line_ends: Bits
    commas: Bits
    returns: Bits | None
    quotes: Bits | None

    def lines_of(self, places: Bits) -> Positions:
        """The line (0 = first of the piece) on which each of the places lies."""
        return np.searchsorted(self.ends, bits.positions(places))


def judge(body: bytes, width: int, piece: int, limit: int) -> Judged:
    """Judge whole lines, each of which ends with LF, in pieces of about ``piece`` bytes."""
    ends, verdicts, padded = [], [], np.zeros(width, np.bool_)
    start = 0
    while start < len(body):
        stop = body.rfind(b"\n", start, start + piece) + 1 or body.find(b"\n", start) + 1
        judged = judge_piece(body[start:stop], width, limit)
        ends.append(judged.ends + np.int32(start))
        verdicts.append(judged.verdicts)
        padded |= judged.padded
        start = stop
    return Judged(np.concatenate(ends), np.concatenate(verdicts), padded)


def judge_piece(text: bytes, width: int, limit: int) -> Judged:
    """Judge the lines of a text of whole lines. A verdict that is assigned later outweighs those before it."""
    data = np.frombuffer(text, np.uint8)
    marks = _find_marks(text, data)
    lengths = bits.steps(marks.ends, -1) - 1
    outside, open_lines, bad_lines = _judge_quotes(marks)
    commas = bits.ranks(outside, marks.ends)

    verdicts = _judge_width(bits.steps(commas, 0) + 1, width)
    verdicts[open_lines] = Verdict.OPEN
    verdicts[bad_lines] = Verdict.BAD_QUOTE
    verdicts[_blank_lines(data, marks.ends, lengths)] = Verdict.BLANK
    if marks.returns is not None:
        verdicts[marks.lines_of(marks.returns & ~bits.before(marks.line_ends))] = Verdict.STRAY_CR
    verdicts[_undecodable_lines(text, data, marks.ends)] = Verdict.NOT_UTF8
    if b"\0" in text:
        verdicts[marks.lines_of(bits.pack(data == 0))] = Verdict.NUL
    verdicts[lengths > limit] = Verdict.LONG
    return Judged(marks.ends.astype(np.int32), verdicts, _padded_fields(data, marks, outside, commas, width))


def _find_marks(text: bytes, data: Bytes) -> _Marks:
    line_ends = bits.pack(data == LF)
    return _Marks(
        ends=bits.positions(line_ends),
        line_ends=line_ends,
        commas=bits.pack(data == COMMA),
        returns=bits.pack(data == CR) if b"\r" in text else None,
        quotes=bits.pack(data == QUOTE) if b'"' in text else None,
    )


def _judge_quotes(marks: _Marks) -> tuple[Bits, Positions, Positions]:
    """The commas that separate fields, the lines that end inside quotes, the lines with a quote in the wrong place."""
    none = np.zeros(0, np.int64)
    quotes = marks.quotes
    if quotes is None:
        return marks.commas, none, none
    number = bits.steps(bits.ranks(quotes, marks.ends), 0)
    open_lines = np.flatnonzero(number & 1)
    # the end of a line serves as the quote that the line lacks, so that each line begins outside quotes
    closed = quotes | bits.at(marks.ends[open_lines], quotes) if len(open_lines) else quotes
    inside = bits.odd(closed)
    # the second half of a doubled quote opens where the first half closed
    edges = marks.commas | marks.line_ends | quotes
    opening, closing = quotes & inside, quotes & ~inside
    bad = opening & ~bits.behind(edges)
    bad |= closing & ~bits.before(edges if marks.returns is None else edges | marks.returns)
    return marks.commas & ~inside, open_lines, marks.lines_of(bad)


def _judge_width(fields: Positions, width: int) -> npt.NDArray[np.uint8]:
    verdicts = np.zeros(len(fields), np.uint8)
    verdicts[fields < width] = Verdict.FEW
    verdicts[fields > width] = Verdict.MANY
    return verdicts


def _blank_lines(data: Bytes, ends: Positions, lengths: Positions) -> Positions:
    short = np.flatnonzero(lengths <= 1)
    return short[(lengths[short] == 0) | (data[ends[short] - 1] == CR)]


def _undecodable_lines(text: bytes, data: Bytes, ends: Positions) -> list[int]:
    """Lines that are not UTF-8. They are looked for one by one only in a piece that has some."""
    if text.isascii():
        return []
    try:
        text.decode()
        return []
    except UnicodeDecodeError:
        suspects = np.unique(np.searchsorted(ends, np.flatnonzero(data >= 0x80)))
    starts = np.concatenate(([0], ends + 1))
    return [line for line in suspects.tolist() if not _is_utf8(text[starts[line] : ends[line]])]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _padded_fields(data: Bytes, marks: _Marks, outside: Bits, commas: Positions, width: int) -> Flags:
    """Fields at an edge of which stands a blank, a control character or a byte that is not ASCII.

    More than white space, so that no byte of a no-break space is overlooked. ``commas``: how many stand up to each end.
    """
    edges = outside | marks.line_ends
    # as signed bytes those beyond ASCII are negative
    white = bits.pack(data.view(np.int8) <= SPACE) & ~marks.line_ends
    if marks.returns is not None:
        edges |= marks.returns
        white &= ~marks.returns
    if marks.quotes is not None:
        edges |= marks.quotes
    white &= bits.behind(edges) | bits.before(edges)
    padded = np.zeros(width, np.bool_)
    if not white.any():
        return padded
    places = bits.positions(white)
    before_line = np.concatenate(([0], commas))[np.searchsorted(marks.ends, places)]
    fields = bits.ranks(outside, places) - before_line
    padded[fields[fields < width]] = True
    return padded
