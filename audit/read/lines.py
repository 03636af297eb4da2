"""Records of a CSV stream, with an account of every physical line.

Each physical line ends up in exactly one class: header, loaded (first line of a record that was loaded), inside (a
further line of such a record), rejected or blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Literal, NamedTuple

import polars as pl

#: Bytes that are read and parsed at once.
BLOCK = 16 << 20
#: Bytes that are judged at once: they and what is derived from them fit the processor's cache.
PIECE = 1 << 20
#: A line, or a record of several lines, of more bytes than this is rejected.
LIMIT = 16 << 20


class Reject(NamedTuple):
    """A physical line that holds no record. ``reason`` quotes nothing from the file."""

    line: int
    rule_id: Literal["FMT-FIELDS", "FMT-ENCODING", "FMT-QUOTE"]
    reason: str


@dataclass
class Balance:
    """The account of a file's physical lines. ``physical`` comes from the preflight, the rest is filled by reading."""

    physical: int
    header: int = 0
    loaded: int = 0
    rejected: int = 0
    blank: int = 0
    inside: int = 0

    def holds(self) -> bool:
        """Whether every physical line has its class. Meaningful once all blocks were taken."""
        return self.physical == self.header + self.loaded + self.rejected + self.blank + self.inside


@dataclass(frozen=True)
class Block:
    """Some records of a file, in the file's order; blocks come in the file's order too.

    ``frame``: one row per loaded record (may have none), columns of the schema. Empty and quoted empty are both null.
    A Categorical column whose dictionary overflows is String, in that block and in all that follow.
    ``line``: UInt32, as long as the frame: physical line on which each record begins.
    ``inside``: how many physical lines are further lines of records of this block.
    ``padded``: columns in which some field may begin or end with white space (of any kind); the others need no strip.
    """

    frame: pl.DataFrame
    line: pl.Series
    rejects: list[Reject]
    blanks: int
    inside: int
    padded: frozenset[str]


def read_blocks(
    stream: BinaryIO,
    width: int,
    schema: Mapping[str, pl.DataType],
    first_line: int,
    balance: Balance,
    *,
    skip: int = 0,
    block: int = BLOCK,
    piece: int = PIECE,
    limit: int = LIMIT,
) -> Iterator[Block]:
    """Read a stream of UTF-8 bytes (``preflight.open_bytes``) to its end, block by block.

    ``width``: fields that every record must have; ``schema``: so many column names with String or a Categorical.
    ``first_line``: number of the physical line at which the stream stands. ``skip``: so many physical lines from there
    are passed over and counted as header (the empty ones as blank).
    ``balance`` is filled as reading goes on and is complete when the last block was taken. A block has at most 65,536
    rejects: what has more comes as several blocks, so that a file of rubbish needs no more memory than another.
    Raises RuntimeError if polars does not return exactly the records that were judged good.
    """
    raise NotImplementedError
