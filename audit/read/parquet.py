"""Parquet files of one row group, written from columns that are numbers into a dictionary already.

A library would look every value up in a dictionary that it makes itself: for a state that takes longer than to read
the CSV. Here the numbers of a column become its data page as they are. The format is Apache Parquet 2.9, the thrift
compact protocol that of Apache Thrift; both are open standards that every reader follows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from audit.read.coded import Coded, Codes, Column, Flags, numbered
from audit.read.thrift import Long, struct, varint

_MAGIC = b"PAR1"
#: The footer's entry that says where pages are: for ``File``, which so need not parse what else a file says of itself.
_KEY = "sis-audit.pages"
_CODEC = "lz4_raw"
#: Numbers of the format's enumerations.
_INT32, _INT64, _BYTE_ARRAY = 1, 2, 6
_OPTIONAL = 1
_PLAIN, _RLE, _RLE_DICTIONARY = 0, 3, 8
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_LZ4_RAW = 7
#: Bytes that a page holds.
_MOST = 2**31 - 1
#: Rows of a column of texts, and how often its texts must occur, that are worth a dictionary.
_MANY, _OFTEN = 5_000, 4
#: Bytes of a dictionary that is kept for further files.
_KEPT = 1 << 16
#: Entries that numbers of one byte tell apart.
_SMALL = 256


class _Type(NamedTuple):
    """A type of the format: physical type, converted type, and for decimals scale and precision."""

    physical: int
    converted: int | None = None
    scale: int | None = None
    precision: int | None = None


def _type_of(dtype: Any) -> _Type:
    if dtype == pl.String:
        return _Type(_BYTE_ARRAY, 0)
    if dtype == pl.Date:
        return _Type(_INT32, 6)
    if dtype == pl.Int32:
        return _Type(_INT32)
    if dtype == pl.UInt32:
        return _Type(_INT32, 13)
    if isinstance(dtype, pl.Decimal):
        return _Type(_INT64, 5, dtype.scale, dtype.precision)
    raise TypeError(f"no Parquet type is known for {dtype}")


class File:
    """A file of ``write``, of which columns are read as their pages have them. Of another program's file it has none.

    Raises OSError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            end = file.seek(-8, os.SEEK_END)
            size = int.from_bytes(file.read(4), "little")
            file.seek(end - size)
            footer = file.read(size)
        # the key before a text of the protocol: no text of ours holds these bytes
        _, ours, places = footer.rpartition(_KEY.encode() + b"\x18")
        self._chunks = json.loads(places[places.index(b'{"') : places.rindex(b"}") + 1]) if ours else {}

    def column(self, name: str, dtype: Any) -> Column | None:
        """A column of that type: every row of a ``Coded`` has an entry, which is null where the row has no value.

        None where there is no such column, or its values stand one by one and are texts, decimals or have gaps.
        """
        if name not in self._chunks:
            return None
        rows, nulls, entries, pages = self._chunks[name]
        if entries is None and (nulls or dtype == pl.String or isinstance(dtype, pl.Decimal)):
            return None
        *dictionary, body = self._bodies(pages)
        begin = 4 + int.from_bytes(body[:4], "little")
        if not dictionary:
            return _values(body[begin:], dtype)
        codes = _codes(body[begin:], entries, rows - nulls)
        values = (_known_entries if len(dictionary[0]) <= _KEPT else _entries)(dictionary[0], dtype, nulls > 0)
        return Coded(_with_nulls(codes, entries, _filled(body[:begin], rows)) if nulls else codes, values)

    def _bodies(self, pages: Sequence[tuple[int, int, int]]) -> list[bytes]:
        """What pages hold, unpacked."""
        bodies = []
        with self._path.open("rb", buffering=0) as file:
            for place, packed, size in pages:
                file.seek(place)
                bodies.append(pa.decompress(file.read(packed), size, codec=_CODEC, asbytes=True))
        return bodies


class _Packed(NamedTuple):
    """A column as its pages have it.

    ``filled``: which rows have a value; None: all. ``codes``: of each filled row the number of its value, in the
    smallest type; None: ``values`` are those of the filled rows one by one. ``values``: without nulls.
    """

    filled: Flags | None
    codes: Codes | None
    values: pl.Series


def write(path: Path, rows: int, columns: Mapping[str, Column]) -> None:
    """One file of columns that are all as long as it has rows. Raises OSError; TypeError for a type no table has."""
    chunks: list[_Chunk] = []
    with path.open("wb") as file:
        place = file.write(_MAGIC)
        for name, column in columns.items():
            chunk = _Chunk(name, _packed(column), rows, place)
            place += file.write(b"".join(chunk.pages))
            chunks.append(chunk)
        footer = _footer(rows, chunks)
        file.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)


def _packed(column: Column) -> _Packed:
    if isinstance(column, pl.Series) and column.dtype == pl.String and _repeats(column):
        column = numbered(column)
    if isinstance(column, pl.Series):
        if not column.null_count():
            return _Packed(None, None, column)
        return _Packed(column.is_not_null().to_numpy(), None, column.drop_nulls())
    codes, entries, filled = column.codes, column.entries, column.filled
    if entries.null_count():
        filled &= ~column.where(entries.is_null().to_numpy())
    everywhere = bool(filled.all())
    if not everywhere:
        codes = codes[filled]
    if entries.null_count() or len(entries) > _SMALL:
        used = np.bincount(codes, minlength=len(entries)) > 0
        codes = (np.cumsum(used, dtype=np.uint32) - np.uint32(1)).take(codes)
        entries = entries.filter(pl.Series(used))
    kind = np.uint8 if len(entries) <= _SMALL else np.uint16 if len(entries) <= _SMALL**2 else np.uint32
    return _Packed(None if everywhere else filled, codes.astype(kind, copy=False), entries)


def _repeats(texts: pl.Series) -> bool:
    """Whether a dictionary would be much shorter than the column."""
    if len(texts) < _MANY:
        return False
    return bool(texts.to_frame().select(_OFTEN * pl.all().approx_n_unique() < pl.len()).item())


class _Chunk:
    """The pages of a column, and what the footer says of them."""

    def __init__(self, name: str, column: _Packed, rows: int, place: int) -> None:
        self.name, self.rows, self.place = name, rows, place
        self.type = _type_of(column.values.dtype)
        self.nulls = 0 if column.filled is None else rows - int(np.count_nonzero(column.filled))
        self.pages: list[bytes] = []
        #: of each page where its body stands, and how many bytes that is, packed and unpacked
        self.bodies: list[tuple[int, int, int]] = []
        self.entries = None if column.codes is None else len(column.values)
        self.size = self.unpacked = self.dictionary_size = 0
        body, encoding = _plain(column.values), _PLAIN
        if column.codes is not None:
            self._add(_DICTIONARY_PAGE, [body], len(column.values), _PLAIN)
            self.dictionary_size = self.size
            body, encoding = _numbers(column.codes, len(column.values)), _RLE_DICTIONARY
        self._add(_DATA_PAGE, [_levels(column.filled, rows), body], rows, encoding)

    def _add(self, kind: int, body: Sequence[bytes], values: int, encoding: int) -> None:
        raw = b"".join(body)
        if len(raw) > _MOST:
            raise OSError(f"its column {self.name} has texts that are too long to be kept")
        packed = pa.compress(raw, codec=_CODEC, asbytes=True)
        about = [(1, values), (2, encoding)]
        if kind == _DATA_PAGE:
            about += [(3, _RLE), (4, _RLE)]
        header = struct([(1, kind), (2, len(raw)), (3, len(packed)), (5 if kind == _DATA_PAGE else 7, about)])
        self.pages += [header, packed]
        self.bodies.append((self.place + self.size + len(header), len(packed), len(raw)))
        self.size += len(header) + len(packed)
        self.unpacked += len(header) + len(raw)

    def metadata(self) -> list[Any]:
        first = [(11, Long(self.place))] if self.dictionary_size else []
        about = [
            (1, self.type.physical), (2, [_PLAIN, _RLE, _RLE_DICTIONARY]), (3, [self.name]), (4, _LZ4_RAW),
            (5, Long(self.rows)), (6, Long(self.unpacked)), (7, Long(self.size)),
            (9, Long(self.place + self.dictionary_size)), *first, (12, [(3, Long(self.nulls))]),
        ]  # fmt: skip
        return [(2, Long(self.place)), (3, about)]

    def schema(self) -> list[Any]:
        said = [(1, self.type.physical), (3, _OPTIONAL), (4, self.name)]
        more = ((6, self.type.converted), (7, self.type.scale), (8, self.type.precision))
        return said + [(number, value) for number, value in more if value is not None]


def _footer(rows: int, chunks: Sequence[_Chunk]) -> bytes:
    schema = [[(4, "rows"), (5, len(chunks))], *(c.schema() for c in chunks)]
    group = [
        (1, [c.metadata() for c in chunks]),
        (2, Long(sum(c.unpacked for c in chunks))),
        (3, Long(rows)),
    ]
    places = json.dumps({c.name: (rows, c.nulls, c.entries, c.bodies) for c in chunks})
    more = [[(1, _KEY), (2, places)]]
    return struct([(1, 1), (2, schema), (3, Long(rows)), (4, [group]), (5, more), (6, "sis-audit")])


# ---------------------------------------------------------------------------------------------------------------------
# Pages


def _levels(filled: Flags | None, rows: int) -> bytes:
    """Which rows are filled: one run, or one bit a row."""
    if filled is None or rows == 0:
        body = varint(rows << 1) + b"\1"
    else:
        bits = np.packbits(filled, bitorder="little")
        body = varint(len(bits) << 1 | 1) + bits.tobytes()
    return len(body).to_bytes(4, "little") + body


def _numbers(codes: Codes, entries: int) -> bytes:
    """Numbers into the dictionary: one run if there is one entry, else all in as many bits as their type has."""
    if entries <= 1:
        return bytes([8]) + varint(len(codes) << 1) + b"\0"
    groups = -(-len(codes) // 8)
    rest = bytes((groups * 8 - len(codes)) * codes.itemsize)
    return bytes([codes.itemsize * 8]) + varint(groups << 1 | 1) + codes.tobytes() + rest


def _plain(values: pl.Series) -> bytes:
    """Values one after the other; before each text its length."""
    if values.dtype != pl.String:
        physical = values.to_physical()
        return (physical.cast(pl.Int64) if physical.dtype == pl.Int128 else physical).to_numpy().tobytes()
    texts = values.to_arrow(compat_level=pl.CompatLevel.oldest())
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    if not len(texts):
        return b""
    text = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]] if data else np.empty(0, np.uint8)
    lengths = np.diff(ends).astype("<u4")
    if (lengths == lengths[0]).all():
        rows = np.empty((len(lengths), 4 + int(lengths[0])), np.uint8)
        rows[:, :4] = lengths.view(np.uint8).reshape(-1, 4)
        rows[:, 4:] = text.reshape(len(lengths), -1)
        return rows.tobytes()
    starts = ends[:-1] - ends[0] + 4 * np.arange(len(lengths))
    is_length = np.zeros(len(text) + 4 * len(lengths), np.bool_)
    for byte in range(4):
        is_length[starts + byte] = True
    both = np.empty(len(is_length), np.uint8)
    both[is_length] = lengths.view(np.uint8)
    both[~is_length] = text
    return both.tobytes()


# ---------------------------------------------------------------------------------------------------------------------
# Pages, read


def _filled(levels: bytes, rows: int) -> Flags:
    """Which rows are filled, where some are not: the bits are at the end of what ``_levels`` makes."""
    size = -(-rows // 8)
    return np.unpackbits(np.frombuffer(levels[-size:], np.uint8), count=rows, bitorder="little").view(np.bool_)


def _codes(body: bytes, entries: int, rows: int) -> Codes:
    """What ``_numbers`` is made of, in a type that has numbers left for a null and for no entry."""
    if entries <= 1:
        return np.zeros(rows, np.uint8)
    size, padded = body[0] // 8, -(-rows // 8) * 8
    codes = np.frombuffer(body[len(body) - size * padded :], f"<u{size}")[:rows]
    return codes.astype(max(codes.dtype, np.min_scalar_type(entries + 1)), copy=False)


def _with_nulls(codes: Codes, null: int, filled: Flags) -> Codes:
    """The numbers of all rows, from those of the rows that are filled."""
    rows = np.full(len(filled), null, codes.dtype)
    rows[filled] = codes
    return rows


def _entries(body: bytes, dtype: Any, and_null: bool) -> pl.Series:
    """A dictionary."""
    values = _texts(body) if dtype == pl.String else _values(body, dtype)
    return values.append(pl.Series([None], dtype=dtype)) if and_null else values


#: Files of one kind often have the same, and so are joined at little cost.
_known_entries = lru_cache(maxsize=128)(_entries)


def _values(body: bytes, dtype: Any) -> pl.Series:
    """What ``_plain`` makes of values that are no texts."""
    if isinstance(dtype, pl.Decimal):
        numbers = np.frombuffer(body, np.int64).tolist()
        return pl.Series([Decimal(number).scaleb(-dtype.scale) for number in numbers], dtype=dtype)
    return pl.Series(np.frombuffer(body, np.uint32 if dtype == pl.UInt32 else np.int32)).cast(dtype)


def _texts(body: bytes) -> pl.Series:
    """What ``_plain`` makes of texts."""
    texts, at = [], 0
    while at < len(body):
        start = at + 4
        at = start + int.from_bytes(body[at:start], "little")
        texts.append(body[start:at])
    return pl.Series(texts, dtype=pl.Binary).cast(pl.String)
