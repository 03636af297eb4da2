"""From cells as text to typed values: what a date, a number, a code may look like, one value at a time.

``Decoder`` applies this to the columns of a file. Columns of the kinds below have few distinct texts, so each distinct
text is decoded once and the rows take it by its number: exact, and cheap.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from audit.read.coded import Coded, Column, Flags, with_dictionary
from audit.rulebook import POLARS_TYPE, CodeList, Kind

#: Physical type of the dictionaries. A smaller one might overflow, which polars (2.1) does not survive where several
#: threads fill it.
CODE_TYPE = pl.UInt32

#: What is trimmed, as polars trims it: Unicode's white space. Python's own ``strip`` takes some control characters too.
WHITE_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

#: Yes and no (G9); 1 and 2 are 01 and 02 without their zero.
YES = frozenset({"yes", "y", "true", "01"})
NO = frozenset({"no", "n", "false", "0", "02"})
_YES_NO_WIDTH = 2
FIRST_YEAR, LAST_YEAR = 1900, 2099
_INT32 = 2**31

_MIDNIGHT = r"(?:[T ](?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? AM))?"
_DATE = re.compile(rf"(?:(\d{{4}})-(\d\d)-(\d\d)|(\d\d?)/(\d\d?)/(\d{{4}})){_MIDNIGHT}", re.ASCII)
_INTEGER = re.compile(r"-?\d+", re.ASCII)
_DECIMAL = re.compile(r"(-?)(\d*)(?:\.(\d+))?", re.ASCII)
_RCDTS = re.compile(r"\d{8}[0-9A-Z]\d\d(?:[0-9A-Z]{4})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a text means. ``fault``: the FMT rule that it breaks; its value then is null, and unreadable.

    ``padded``: leading zeros were restored. ``lowered``: letters of an RCDTS stood in lower case.
    """

    value: Any = None
    fault: str | None = None
    padded: bool = False
    lowered: bool = False


#: Meaning of a trimmed text that is not empty.
Reader = Callable[[str], Cell]


def read_text(text: str) -> Cell:
    return Cell(text)


def read_date(text: str) -> Cell:
    """A day as 2018-11-30 or 11/30/2018, also with midnight behind it; 00/00/0000 is null."""
    match = _DATE.fullmatch(text)
    if not match:
        return Cell(fault="FMT-DATE")
    if text.startswith("00/00/0000"):
        return Cell()
    year, month, day = (int(g) for g in (match[1] or match[6], match[2] or match[4], match[3] or match[5]))
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return Cell(fault="FMT-DATE")
    return Cell(value) if FIRST_YEAR <= year <= LAST_YEAR else Cell(fault="FMT-DATE")


def read_integer(text: str) -> Cell:
    if not _INTEGER.fullmatch(text) or len(text) > 40 or not -_INT32 <= int(text) < _INT32:
        return Cell(fault="FMT-NUMBER")
    return Cell(int(text))


def read_decimal(text: str) -> Cell:
    """An exact decimal of at most nine digits on either side of the point."""
    match = _DECIMAL.fullmatch(text)
    if not match or not (match[2] or match[3]):
        return Cell(fault="FMT-NUMBER")
    whole, part = match[2].lstrip("0"), (match[3] or "").rstrip("0")
    if len(whole) > 9 or len(part) > 9:
        return Cell(fault="FMT-NUMBER")
    return Cell(Decimal(f"{match[1]}{whole or 0}.{part or 0}"))


def read_rcdts(text: str) -> Cell:
    upper = text.upper()
    if len(upper) != 15 or not _RCDTS.fullmatch(upper):
        return Cell(fault="FMT-RCDTS")
    return Cell(upper, lowered=upper != text)


def read_rcdt(text: str) -> Cell:
    """The first 11 characters; a text of 15 must be a whole RCDTS."""
    upper = text.upper()
    if not _RCDTS.fullmatch(upper):
        return Cell(fault="FMT-RCDTS")
    return Cell(upper[:11], lowered=upper != text)


@dataclass(frozen=True)
class CodeReader:
    """Reads codes: all-digit ones get their leading zeros back, then ``lookup`` gives the canonical form.

    ``fold``: letters in any case. ``rejects``: an unknown code is a fault, else it stays as it is. ``codes``: what
    a person is told to choose from.
    ``telltale``: codes that show that the list is the wrong one for the whole column (``codes_of``).
    """

    lookup: Mapping[str, str]
    width: int
    rejects: bool
    fold: bool = False
    codes: tuple[str, ...] = ()
    telltale: frozenset[str] = frozenset()

    def __call__(self, text: str) -> Cell:
        code = self.padded(text)
        known = self.lookup.get(code.lower() if self.fold else code)
        if known is None and self.rejects:
            return Cell(fault="FMT-CODE")
        return Cell(code if known is None else known, padded=code != text)

    def is_telltale(self, text: str) -> bool:
        return bool(self.telltale) and self.padded(text) in self.telltale

    def padded(self, text: str) -> str:
        """The code with the leading zeros that it needs."""
        if len(text) < self.width and text not in self.lookup and _is_number(text):
            return text.zfill(self.width)
        return text


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def codes_of(kind: Kind, own: CodeList | None, file: CodeList | None = None, *, pads: bool = True) -> CodeReader:
    """How the codes of a column are read: by its ``own`` list, and by the list in which the ``file`` writes them.

    A decode list translates the file's coding. Where a number means one thing in it and another in the column's own
    list, only the decode list is used; numbers that only the own list knows then are telltales: the column does not
    hold that coding after all. ``pads``: leading zeros are restored.
    """
    if file is not None and file.scope != "decode":
        own, file = file, None
    lookup = _own_lookup(kind, own)
    codes, telltale = dict(own.canonical if own else {}), frozenset[str]()
    if file is not None:
        if contradict(kind, own, file):
            telltale = frozenset(c for c in codes if _is_number(c) and c not in file.canonical)
            lookup = {c: v for c, v in lookup.items() if not _is_number(c)}
            codes = {c: v for c, v in codes.items() if not _is_number(c)}
        lookup, codes = {**lookup, **file.canonical}, {**codes, **file.canonical}
    widths = [c.width for c in (own, file) if c is not None] + [_YES_NO_WIDTH] * (kind == "yes_no")
    width = max(widths, default=0) if pads else 0
    return CodeReader(lookup, width, bool(own and own.rejects), kind == "yes_no", tuple(sorted(codes)), telltale)


def contradict(kind: Kind, own: CodeList | None, file: CodeList) -> bool:
    """Whether some code means one thing in the column's own list and another in the file's."""
    return any(file.canonical.get(code, value) != value for code, value in _own_lookup(kind, own).items())


def _own_lookup(kind: Kind, own: CodeList | None) -> dict[str, str]:
    if kind == "yes_no":
        return dict.fromkeys(YES, "01") | dict.fromkeys(NO, "02")
    return dict(own.canonical) if own else {}


_READERS: Mapping[Kind, Reader] = {
    "text": read_text,
    "name": read_text,
    "date": read_date,
    "integer": read_integer,
    "decimal": read_decimal,
    "rcdts": read_rcdts,
    "rcdt": read_rcdt,
}


def reader(kind: Kind, own: CodeList | None = None, file: CodeList | None = None, *, pads: bool = True) -> Reader:
    """The meaning of the texts of a column."""
    return codes_of(kind, own, file, pads=pads) if kind in ("code", "yes_no") else _READERS[kind]


#: What is known of a text beside its value, a bit each.
_FAULTY, _PADDED, _LOWERED, _TELLTALE = 1, 2, 4, 8


class Decoder:
    """Decodes a column by way of its dictionary of distinct texts: block by block, and file by file where these share
    one.
    """

    def __init__(self, read: Reader, kind: Kind) -> None:
        self._read = read
        self._dtype = POLARS_TYPE[kind]
        self._texts: pl.Series | None = None

    def take(self, column: Column) -> Cells:
        """The typed values of a block of text."""
        raw = with_dictionary(column)
        if raw.entries is not self._texts:
            self._begin(raw.entries)
        if len(raw.entries) > len(self._values):
            self._learn(raw.entries[len(self._values) :].to_list())
        return Cells(raw, self._values, self._faults, self._marks)

    def _begin(self, texts: pl.Series) -> None:
        """Starts with a new dictionary."""
        self._texts = texts
        self._values = pl.Series(dtype=self._dtype)
        self._faults = pl.Series(dtype=pl.String)
        self._marks = np.zeros(0, np.uint8)

    def _learn(self, texts: list[str]) -> None:
        """Decodes the texts that are new in the dictionary."""
        trimmed = [text.strip(WHITE_SPACE) for text in texts]
        cells = [self._read(text) if text else Cell() for text in trimmed]
        self._values.append(pl.Series([c.value for c in cells], dtype=self._dtype))
        self._faults.append(pl.Series([c.fault for c in cells], dtype=pl.String))
        marks = [bool(c.fault) * _FAULTY + c.padded * _PADDED + c.lowered * _LOWERED for c in cells]
        if isinstance(self._read, CodeReader) and self._read.telltale:
            tells = map(self._read.is_telltale, trimmed)
            marks = [mark + tell * _TELLTALE for mark, tell in zip(marks, tells, strict=True)]
        self._marks = np.append(self._marks, np.array(marks, np.uint8))


class Cells:
    """The decoded cells of one column in one block. ``values``, ``faults``, ``marks``: of each entry of ``raw``."""

    def __init__(self, raw: Coded, values: pl.Series, faults: pl.Series, marks: npt.NDArray[np.uint8]) -> None:
        self.values = Coded(raw.codes, values)
        self._raw, self._faults, self._marks = raw, faults, marks

    @cached_property
    def at_fault(self) -> Flags | None:
        """Which cells break an FMT rule; None when no text of the dictionary breaks any."""
        return self._where(_FAULTY)

    @cached_property
    def padded(self) -> Flags | None:
        """Where leading zeros were restored; None when in no text of the dictionary."""
        return self._where(_PADDED)

    @property
    def lowered(self) -> bool:
        """Whether letters of some RCDTS stood in lower case."""
        return self._any(_LOWERED)

    @property
    def telltale(self) -> bool:
        """Whether some code shows that the column does not hold what its decode list says."""
        return self._any(_TELLTALE)

    @property
    def given(self) -> pl.Series:
        """Where the cell says something, readable or not."""
        return pl.Series(self._raw.where((self.values.entries.is_not_null() | self._faults.is_not_null()).to_numpy()))

    def faults(self, rows: Flags) -> pl.Series:
        """The FMT rules that some rows break."""
        return Coded(self._raw.codes[rows], self._faults).series()

    def raw(self, rows: Flags) -> pl.Series:
        """The texts of some rows, as they stand in the file."""
        return self._raw.filter(rows).series()

    def _where(self, mark: int) -> Flags | None:
        entries = self._marks & mark != 0
        return self._raw.where(entries) if entries.any() else None

    def _any(self, mark: int) -> bool:
        rows = self._where(mark)
        return rows is not None and bool(rows.any())
