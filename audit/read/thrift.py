"""Structures in the compact protocol of Apache Thrift, an open standard, as far as a Parquet file of ours has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Long(int):
    """A number that the format declares as 64 bits."""


_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _kind(value: Any) -> int:
    if isinstance(value, Long):
        return _I64
    if isinstance(value, int):
        return _I32
    if isinstance(value, str):
        return _BINARY
    return _STRUCT if value and isinstance(value[0], tuple) else _LIST


def _value(value: Any) -> bytes:
    if isinstance(value, int):
        return varint(value << 1)  # no number here is negative
    if isinstance(value, str):
        text = value.encode()
        return varint(len(text)) + text
    if _kind(value) == _STRUCT:
        return struct(value)
    size, kind = len(value), _kind(value[0]) if value else _I32
    head = bytes([size << 4 | kind]) if size < 15 else bytes([0xF0 | kind]) + varint(size)
    return head + b"".join(map(_value, value))


def struct(fields: Sequence[tuple[int, Any]]) -> bytes:
    """Fields by their numbers, in rising order."""
    out, before = bytearray(), 0
    for number, value in fields:
        out.append((number - before) << 4 | _kind(value))
        out += _value(value)
        before = number
    return bytes(out) + b"\0"
