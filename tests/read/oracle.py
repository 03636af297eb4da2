"""A CSV reader that is slow and plain, to hold the fast one against: no numpy, no polars, no blocks.

It takes line by line, follows a record character by character, and has every loaded record confirmed by Python's own
csv module.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

SPAN = 20


@dataclass
class Account:
    """``loaded``: (line, fields) of each record, empty fields None. ``rejects``: (line, rule id). ``blanks``: lines."""

    header: int = 0
    loaded: list[tuple[int, tuple[str | None, ...]]] = field(default_factory=list)
    rejects: list[tuple[int, str]] = field(default_factory=list)
    blanks: int = 0
    inside: int = 0


def read(data: bytes, width: int, skip: int = 0, limit: int = 16 << 20) -> Account:
    account = Account()
    lines = physical_lines(data)
    at = 0
    while at < len(lines):
        line = lines[at]
        number, at = at + 1, at + 1
        if line in (b"", b"\r"):
            account.blanks += 1
        elif number <= skip:
            account.header += 1
        elif forbidden(line, limit):
            account.rejects.append((number, forbidden(line, limit)))
        else:
            fields, more = take_record(line, lines[at : at + SPAN - 1], limit)
            if isinstance(fields, str):
                account.rejects.append((number, fields))
            elif len(fields) == width:
                confirm(fields, b"\n".join([line, *lines[at : at + more]]))
                account.loaded.append((number, tuple(value or None for value in fields)))
                account.inside += more
                at += more
            else:
                # of a record that ran on, nothing but the quote is known to be wrong
                account.rejects.append((number, "FMT-QUOTE" if more else "FMT-FIELDS"))
    return account


def physical_lines(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def forbidden(line: bytes, limit: int) -> str:
    """Rule id for what no line of a record may hold, "" if the line holds nothing of the kind."""
    if len(line) > limit:
        return "FMT-FIELDS"
    if b"\0" in line:
        return "FMT-ENCODING"
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "FMT-ENCODING"
    return "FMT-QUOTE" if b"\r" in line.removesuffix(b"\r") else ""


def take_record(line: bytes, following: list[bytes], limit: int) -> tuple[list[str] | str, int]:
    """The fields of the record that begins with a line, and how many of the following lines belong to it.

    Instead of fields FMT-QUOTE, if no record begins there.
    """
    fields = split_record(line)
    taken = 0
    while fields is None and taken < len(following):
        if forbidden(following[taken], limit):
            break
        line += b"\n" + following[taken]
        if len(line) > limit:
            break
        taken += 1
        fields = split_record(line)
    return ("FMT-QUOTE", 0) if fields is None or fields == "stray" else (fields, taken)


def split_record(record: bytes) -> list[str] | str | None:
    """The fields of a record by RFC 4180; None if it ends within quotes; "stray" if a quote stands in a wrong place."""
    fields, value, state = [], "", "begin"
    for char in record.decode("utf-8").removesuffix("\r"):
        if state == "quoted":
            if char == '"':
                state = "quote seen"
            else:
                value += char
        elif char == ",":
            fields.append(value)
            value, state = "", "begin"
        elif char == '"' and state == "begin":
            state = "quoted"
        elif char == '"' and state == "quote seen":
            value += char
            state = "quoted"
        elif char == '"' or state == "quote seen":
            return "stray"
        else:
            value += char
            state = "plain"
    return None if state == "quoted" else [*fields, value]


def confirm(fields: list[str], record: bytes) -> None:
    csv.field_size_limit(1 << 30)
    rows = list(csv.reader(io.StringIO(record.decode("utf-8").removesuffix("\r"), newline=""), strict=True))
    assert rows == [fields]
