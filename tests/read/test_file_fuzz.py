"""Whole files, through the door that a run takes: what was written is read back, what was damaged is read or reported.

Each file is read in both ways, the compiled one and the other, in blocks of some size; damaged ones also as if a glance
at them told nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from audit.read import file, load, preflight
from audit.read.lines import read_blocks
from audit.store import SourceFile
from tests.read import file_oracle
from tests.read.file_oracle import COLUMNS, UNREADABLE, Told
from tests.read.samples import read

MANY = "TEST_FILES"
#: The usual files are always the same; those that are asked for are others each time.
FILES = settings(
    max_examples=int(os.environ.get(MANY, "100")),
    derandomize=MANY not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
#: Bytes from which files take the compiled way; bytes of a block, of a piece, and of a first look.
WAYS = st.tuples(
    st.sampled_from([0, 1 << 40]), st.sampled_from([(1 << 24, 1 << 20, 1 << 20), (200, 64, 80), (40, 16, 56)])
)
LINE_ENDS = ["\n", "\r\n", "\r"]
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16"]

anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=8)
likely = st.text(st.sampled_from("\",\n a;'é€x1|\t"), max_size=6)
latin = st.text(st.characters(codec="cp1252", exclude_characters="\r\0"), max_size=8)
days = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))


def day(value: dt.date, form: int) -> str:
    plain = f"{value.month}/{value.day}/{value.year}"
    return [value.isoformat(), value.strftime("%m/%d/%Y"), plain, f"{value.isoformat()}T00:00:00"][form]


@st.composite
def students(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[list[list[str]], list[tuple[Any, ...]]]:
    """Rows of text and the values that they stand for."""
    names = draw(st.lists(st.one_of(texts, likely if texts is anything else texts), max_size=12))
    rows, values = [], []
    for number, name in enumerate(names, 1):
        born, indicator = draw(st.none() | days), draw(st.sampled_from([("", None), ("Y", "01"), ("2", "02")]))
        written = "00/00/0000" if born is None else day(born, draw(st.integers(0, 3)))
        rows.append([str(number), name, written, indicator[0]])
        values.append((str(number), name.strip(file_oracle.WHITE) or None, born, indicator[1]))
    return rows, values


@dataclass
class Seen:
    """``findings``: (rule, line, column); ``rows``: values by column, by line."""

    account: SourceFile
    findings: list[tuple[Any, ...]]
    rows: dict[int, dict[str, Any]]


def read_bytes(data: bytes, way: tuple[int, tuple[int, int, int]], glance: Callable[..., Any] = file.glance) -> Seen:
    least, (block, piece, chunk) = way
    cut = partial(read_blocks, block=block, piece=piece)
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(preflight, "CHUNK", chunk),
        patch.object(file, "glance", glance),
        patch.object(load, "LARGE", least),
        patch.object(file, "read_blocks", cut),
    ):
        root = Path(folder) / "x"
        root.mkdir()
        (root / "student.csv").write_bytes(data)
        got = read(root)
        rows = got.table("student").rows(named=True) if got.extract.parts else []
        found = [f for f in got.found("rule_id", "_line", "column_name") if f[0] != "FMT-PADDED"]
        return Seen(got.file("student.csv"), found, {row["_line"]: row for row in rows})


@FILES
@given(
    texts=st.sampled_from(ENCODINGS).flatmap(
        lambda e: st.tuples(st.just(e), students(latin if e == "cp1252" else anything))
    ),
    end=st.sampled_from(LINE_ENDS),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    last=st.booleans(),
    way=WAYS,
)
def test_what_is_written_is_read_back(
    texts: tuple[str, tuple[list[list[str]], list[tuple[Any, ...]]]], end: str, quoting: Any, last: bool, way: Any
) -> None:
    encoding, (rows, values) = texts
    text = file_oracle.write([list(COLUMNS), *rows], end, quoting)
    if end == "\r":
        assume("\n" not in text)
    data = (text if last else text.removesuffix(end)).encode(encoding)
    if encoding == "cp1252":
        assume(not file_oracle.MULTIBYTE.search(data))
    seen = read_bytes(data, way)
    account = seen.account
    assert (account.readable, account.balanced, account.rows_rejected) == (True, True, 0)
    assert seen.findings == []
    assert [tuple(row[c] for c in COLUMNS) for row in seen.rows.values()] == values


BITS = [
    b'"',
    b'""',
    b",",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b" ",
    b"x",
    b"\xe9",
    b"\xc3\xa9",
    b"\xff",
    b"\xef\xbb\xbf",
    b"/",
]
changes = st.lists(
    st.tuples(
        st.sampled_from(["flip", "insert", "delete", "again", "cut"]),
        st.floats(0, 1),
        st.integers(0, 255),
        st.sampled_from(BITS),
    ),
    max_size=4,
)


def damaged(data: bytes, done: list[tuple[str, float, int, bytes]]) -> bytes:
    for kind, place, number, bit in done:
        at = int(place * len(data))
        if kind == "flip":
            data = data[:at] + bytes(b ^ (number or 1) for b in data[at : at + 1]) + data[at + 1 :]
        elif kind == "insert":
            data = data[:at] + bit + data[at:]
        elif kind == "delete":
            data = data[:at] + data[at + 1 + number % 40 :]
        elif kind == "again":
            data = data[:at] + data[max(0, at - number) : at] + data[at:]
        elif number < 64:
            data = data[:at]
    return data


@FILES
@given(
    rows=students(likely),
    end=st.sampled_from(LINE_ENDS),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "cp1252"]),
    done=changes,
    way=WAYS,
)
def test_what_is_damaged_is_read_as_it_stands_or_reported(
    rows: tuple[list[list[str]], list[tuple[Any, ...]]], end: str, quoting: Any, encoding: str, done: Any, way: Any
) -> None:
    written = file_oracle.write([list(COLUMNS), *rows[0]], end, quoting)
    data = damaged(written.encode(encoding), done)
    assume(not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")))
    seen = read_bytes(data, way)
    same(seen, file_oracle.read(data))
    assert read_bytes(data, way, glance=lambda path: None) == seen


def same(seen: Seen, told: Told) -> None:
    """Holds what was read against the oracle: every line, every cell, and that nothing is lost in silence."""
    account = seen.account
    assert account.balanced
    assert account.readable == (not told.problem), seen.findings
    if told.problem:
        assert account.rows_checked == 0
        assert {rule for rule, _, _ in seen.findings} in ({"FMT-FILE"}, {"FMT-HEADER"})
        return
    assert {line: rule for rule, line, column in seen.findings if column is None} == told.rejects
    counts = (account.header_lines, account.blank_lines, account.embedded_newlines, account.rows_checked)
    assert counts == (told.header, told.blanks, told.inside, len(told.rows))
    assert seen.rows.keys() == told.rows.keys()
    reported = {(line, column) for _, line, column in seen.findings if column}
    for line, cells in told.rows.items():
        for column, value in cells.items():
            assert ((line, column) in reported) == (value is UNREADABLE), (line, column, value)
            if value is UNREADABLE:
                assert seen.rows[line][column] is None
            elif column != "sid" or value is not None:  # a new student has a working id
                assert seen.rows[line][column] == value
