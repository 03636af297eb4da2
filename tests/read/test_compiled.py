"""The compiled way through plain blocks: dictionaries that fill up, fields of every length, what is not plain."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.read.coded import Coded
from audit.read.compiled import BEHIND, Compiled, is_plain
from audit.read.decode import CODE_TYPE
from audit.read.kernel import LONGEST, MOST_ENTRIES, SEARCHED, look
from audit.read.lines import Balance, Block, DType, read_blocks
from audit.read.preflight import count_feeds


def dictionary() -> pl.Categorical:
    return pl.Categorical(pl.Categories.random(physical=CODE_TYPE))


def blocks(data: bytes, schema: dict[str, DType], block: int) -> list[Block]:
    return further(data, schema, block, compiled(schema))


def compiled(schema: dict[str, DType]) -> Compiled:
    return Compiled([name for name, dtype in schema.items() if dtype != pl.String])


def further(data: bytes, schema: dict[str, DType], block: int, reader: Compiled) -> list[Block]:
    """The blocks of one of several files."""
    balance = Balance(physical=data.count(b"\n"))
    return list(read_blocks(io.BytesIO(data), len(schema), schema, 1, balance, block=block, compiled=reader))


def rows(found: list[Block]) -> list[tuple[str | None, ...]]:
    return [row for block in found for row in block.frame.rows()]


def dictionaries(found: list[Block], name: str) -> int:
    """How many dictionaries the blocks have for a column."""
    columns = [block.columns[name] for block in found]
    return len({id(column.entries) for column in columns if isinstance(column, Coded)})


def test_a_text_that_comes_again_and_again_is_held_once() -> None:
    texts = ["Springfield", "", "9"]
    data = "".join(f"{t},{n}\n" for t in texts for n in range(5)).encode()
    (block,) = blocks(data, {"a": pl.String, "b": pl.String}, 1 << 20)
    column = block.columns["a"]
    assert isinstance(column, Coded)
    assert len(column.entries) == len(texts)
    assert not isinstance(block.columns["b"], Coded)
    assert rows([block]) == [(t or None, str(n)) for t in texts for n in range(5)]


def test_fields_of_every_length() -> None:
    """Around the eight bytes that are looked at together, the twelve that a view holds and the longest entry."""
    texts = ["x" * n + tail for n in range(LONGEST + 4) for tail in ("", "y", "z")]
    data = "".join(f"{t},{t},1\n" for t in texts).encode()
    for block in (1 << 20, 500):
        found = blocks(data, {"a": dictionary(), "b": pl.String, "c": dictionary()}, block)
        assert rows(found) == [(t or None, t or None, "1") for t in texts]


def test_texts_that_differ_in_one_byte_are_told_apart() -> None:
    texts = ["k" * n + "~" + "k" * (30 - n) for n in range(31)] * 2
    found = blocks("".join(f"{t},1\n" for t in texts).encode(), {"a": dictionary(), "b": dictionary()}, 200)
    assert rows(found) == [(t, "1") for t in texts]


def test_a_dictionary_goes_on_from_block_to_block() -> None:
    data = b"".join(b"%d,%d\n" % (n % 7, n) for n in range(500))
    found = blocks(data, {"a": dictionary(), "b": pl.String}, 300)
    assert len(found) > 5
    assert dictionaries(found, "a") == 1
    assert rows(found) == [(str(n % 7), str(n)) for n in range(500)]


def test_a_full_dictionary_makes_the_column_text() -> None:
    values = MOST_ENTRIES + 10
    schema: dict[str, DType] = {"a": dictionary(), "b": dictionary()}
    found = blocks(b"".join(b"%d,%d\n" % (n, n % 3) for n in range(values)), schema, 1 << 16)
    assert [isinstance(block.columns["a"], Coded) for block in (found[0], found[-1])] == [True, False]
    assert dictionaries(found, "b") == 1
    assert rows(found) == [(str(n), str(n % 3)) for n in range(values)]


def test_a_dictionary_goes_on_from_file_to_file() -> None:
    schema: dict[str, DType] = {"a": dictionary(), "b": dictionary(), "c": pl.String}
    reader = compiled(schema)
    first = further(b"x,1,p\ny,2,q\n", schema, 1 << 20, reader)
    second = further(b"y,3,r\nz,1,s\n", schema, 1 << 20, reader)
    assert rows(first) == [("x", "1", "p"), ("y", "2", "q")]
    assert rows(second) == [("y", "3", "r"), ("z", "1", "s")]
    assert dictionaries([*first, *second], "a") == 1


def test_a_dictionary_with_little_room_is_not_taken_to_the_next_file() -> None:
    schema: dict[str, DType] = {"a": dictionary(), "b": dictionary()}
    reader, values = compiled(schema), MOST_ENTRIES - 100
    for begin in (0, values, 2 * values):
        found = further(b"".join(b"%d,x\n" % (begin + n) for n in range(values)), schema, 1 << 16, reader)
        assert dictionaries(found, "a") == 1
        assert rows(found) == [(str(begin + n), "x") for n in range(values)]


def test_a_dictionary_that_was_given_up_says_nothing_of_the_next_file() -> None:
    schema: dict[str, DType] = {"a": dictionary(), "b": dictionary()}
    reader, long = compiled(schema), "y" * (LONGEST + 1)
    first = further(f"first,1\nsecond,1\n{long},1\n".encode(), schema, 1 << 20, reader)
    second = further(b"other,1\nsecond,1\nfirst,2\n", schema, 1 << 20, reader)
    assert rows(first) == [("first", "1"), ("second", "1"), (long, "1")]
    assert rows(second) == [("other", "1"), ("second", "1"), ("first", "2")]


def test_plain_and_other_blocks_of_one_file() -> None:
    lines = [f"{n % 5},{n}" if n % 40 else f'"{n % 5}",{n}' for n in range(1, 400)]
    found = blocks("\n".join([*lines, ""]).encode(), {"a": dictionary(), "b": pl.String}, 100)
    assert dictionaries(found, "a") == 2
    assert rows(found) == [(str(n % 5), str(n)) for n in range(1, 400)]


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        (b"a,b\n", True),
        (b"a,b\r\nc,d\r\n", True),
        (b"a,b\r\nc,d\n", True),
        ("é,b\n".encode(), True),
        (b"\xe9,b\n", False),
        (b'"a",b\n', False),
        (b"a\0,b\n", False),
        (b"a\r,b\n", False),
        (b"a,b\r\r\n", False),
    ],
)
def test_what_is_plain(body: bytes, plain: bool) -> None:
    assert is_plain(body) is plain


@pytest.mark.parametrize("odd", [b'"', b"\r", b"\0", "é".encode(), b"\xff"])
def test_what_is_odd_is_found_wherever_it_stands(odd: bytes) -> None:
    for size in (*range(1, 6), *range(SEARCHED - 2, SEARCHED + 3), 2 * SEARCHED, 3 * SEARCHED - 1):
        plain = (b"ab,1\n" * size)[:size]
        assert simple(plain)
        assert not any(simple(plain[:at] + odd + plain[at:]) for at in range(size + 1))


@given(data=st.binary(max_size=3 * SEARCHED) | st.text("a\n\ré", max_size=3 * SEARCHED).map(str.encode))
def test_line_feeds_are_counted_as_without_the_loop(data: bytes) -> None:
    found = np.frombuffer(data, np.uint8)
    beyond = any(byte >= 0x80 for byte in data)
    assert compiled({"a": pl.String}).count_feeds(found) == count_feeds(found) == (data.count(b"\n"), beyond)


def simple(body: bytes) -> bool:
    words = np.ndarray(len(body) + SEARCHED, np.uint64, bytearray(body + BEHIND), strides=(1,))
    odd, feeds = look(words, len(body))
    assert feeds == body.count(b"\n")
    return not odd
