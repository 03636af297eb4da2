"""What the fast reader makes of some bytes, in the form of the oracle's account."""

from __future__ import annotations

import io

import polars as pl

from audit.read.compiled import Compiled
from audit.read.decode import CODE_TYPE
from audit.read.lines import BLOCK, LIMIT, PIECE, Balance, DType, read_blocks
from tests.read.oracle import Account, physical_lines


def columns(width: int, coded: bool = False) -> dict[str, DType]:
    """A schema of text, or with a dictionary for every other column."""
    with_dictionary = [pl.Categorical(pl.Categories.random(physical=CODE_TYPE)) if coded else pl.String, pl.String]
    return {f"c{i}": with_dictionary[i % 2] for i in range(width)}


def account(
    data: bytes,
    width: int,
    skip: int = 0,
    *,
    block: int = BLOCK,
    piece: int = PIECE,
    limit: int = LIMIT,
    compiled: bool = False,
    coded: bool = False,
) -> Account:
    """Reads ``data`` and checks what must hold for every file: the balance, the order of lines, the padded columns."""
    schema = columns(width, coded)
    balance = Balance(physical=data.count(b"\n") + (data[-1:] not in (b"", b"\n")))
    seen = Account()
    for part in read_blocks(
        io.BytesIO(data),
        width,
        schema,
        1,
        balance,
        skip=skip,
        block=block,
        piece=piece,
        limit=limit,
        compiled=Compiled([name for name, dtype in schema.items() if dtype != pl.String]) if compiled else None,
    ):
        assert part.line.dtype == pl.UInt32
        assert part.frame.columns == list(schema)
        frame = part.frame
        for name in set(schema) - part.padded:
            assert (frame[name] == frame[name].str.strip_chars()).all(), name
        seen.loaded += zip(part.line.to_list(), frame.rows(), strict=True)
        seen.rejects += [(reject.line, reject.rule_id) for reject in part.rejects]
        seen.blanks += part.blanks
        seen.inside += part.inside
    seen.header = balance.header
    assert balance.holds()
    assert balance.loaded == len(seen.loaded)
    assert balance.rejected == len(seen.rejects)
    assert (balance.blank, balance.inside) == (seen.blanks + _skipped_blanks(data, skip), seen.inside)
    seen.blanks = balance.blank
    return seen


def _skipped_blanks(data: bytes, skip: int) -> int:
    """Blank lines among those that are passed over: no block reports them."""
    return sum(line in (b"", b"\r") for line in physical_lines(data)[:skip])
