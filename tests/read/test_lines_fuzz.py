"""Files that chance has damaged: the reader's account is that of the oracle, whatever the sizes of block and piece."""

from __future__ import annotations

import random

import pytest

from tests.read import oracle
from tests.read.reading import account
from tests.read.test_lines import WAYS

FILES, PORTIONS = 400, 10
VALUES = [
    b"",
    b"1",
    b"007",
    b"Kim",
    b"O'Neil",
    b"Jos\xc3\xa9",
    b" x ",
    b"01/02/2015",
    b"a,b",
    b'a "b" c',
    b"a\nb",
    b"a\r\n\nb",
]
DAMAGE = [
    b'"', b'""', b",", b"\n", b"\n\n", b"\r", b"\r\n", b"\0", b" ", b"x", b'",', b',"', b'"\n', b'\n"', b'"\r\n"',
    b"\xe9", b"\xc3\xa9", b"\xc3", b"\xff", b"\xe2\x80\x99", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1a", b"z" * 60,
]  # fmt: skip


def record(chance: random.Random, width: int, quoting: float) -> bytes:
    fields = []
    for _ in range(width):
        value = chance.choice(VALUES)
        if chance.random() < quoting or set(value) & set(b'\n",'):
            value = b'"' + value.replace(b'"', b'""') + b'"'
        fields.append(value)
    return b",".join(fields)


def damaged(chance: random.Random, data: bytearray) -> bytes:
    for _ in range(chance.choice([0, 1, 1, 2, 3, 8])):
        place, kind = chance.randrange(len(data) + 1), chance.random()
        if kind < 0.5:
            data[place:place] = chance.choice(DAMAGE)
        elif kind < 0.7:
            del data[place : place + chance.randint(1, 3)]
        elif kind < 0.9:
            data[place : place + 1] = chance.choice(DAMAGE)
        else:
            data[place:place] = data[max(0, place - 20) : place]
    return bytes(data)


def random_file(chance: random.Random) -> tuple[bytes, int]:
    """A file and the number of its fields."""
    width = chance.choice([1, 2, 3, 3, 5])
    line_end = chance.choice([b"\n", b"\n", b"\r\n"])
    quoting = chance.choice([0, 0, 0.1, 0.5, 1])
    rows = [record(chance, width, quoting) for _ in range(chance.randint(0, 40))]
    return damaged(chance, bytearray(line_end.join(rows) + chance.choice([b"", line_end]))), width


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_the_account_is_that_of_the_oracle(portion: int) -> None:
    for seed in range(portion, FILES, PORTIONS):
        chance = random.Random(seed)
        data, width = random_file(chance)
        skip, limit = chance.choice([0, 0, 1, 2]), chance.choice([50, 1 << 24, 1 << 24])
        sizes = {"block": chance.choice([16, 64, 200, 1 << 16]), "piece": chance.choice([8, 40, 1 << 16])}
        wanted = oracle.read(data, width, skip, limit)
        for way in WAYS:
            seen = account(data, width, skip, limit=limit, **sizes, **way)
            assert seen == wanted, (seed, sizes, way)


def test_the_files_are_worth_it() -> None:
    accounts = [oracle.read(*random_file(random.Random(seed))) for seed in range(FILES)]
    assert sum(len(a.loaded) for a in accounts) > 2000
    assert sum(len(a.rejects) for a in accounts) > 500
    assert sum(a.inside for a in accounts) > 500
    assert {rule for a in accounts for _, rule in a.rejects} == {"FMT-FIELDS", "FMT-QUOTE", "FMT-ENCODING"}
