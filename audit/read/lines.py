"""Records of a CSV stream, with an account of every physical line.

Each physical line ends up in exactly one class: header, loaded (first line of a record that was loaded), inside (a
further line of such a record), rejected or blank.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from audit.read.coded import Coded, Column, Texts, as_series
from audit.read.compiled import BEHIND, Compiled, Plain
from audit.read.judge import Judged, Verdict, judge
from audit.read.spans import settle_open

DType = pl.DataType | type[pl.DataType]
RuleId = Literal["FMT-FIELDS", "FMT-ENCODING", "FMT-QUOTE"]

#: Bytes that are read and parsed at once.
BLOCK = 16 << 20
#: Bytes of room for what is left, at least.
ROOM = 1 << 16
#: Bytes that are judged at once: they and what is derived from them fit the processor's cache.
PIECE = 1 << 20
#: A line, or a record of several lines, of more bytes than this is rejected.
LIMIT = 16 << 20
#: Texts that a dictionary holds: a column with more of them is text, for which each block has a dictionary of its own.
MOST_TEXTS = 65_535
#: Rejects that a block has at most.
MOST_REJECTS = 1 << 16


class Reject(NamedTuple):
    """A physical line that holds no record. ``reason`` quotes nothing from the file."""

    line: int
    rule_id: RuleId
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

    ``columns``: those of the schema, one row per loaded record (may have none). Empty and quoted empty are both null.
    Blocks of a file share the dictionary of a column; one of more than MOST_TEXTS texts is text, in that block and in
    all that follow of that file.
    ``line``: UInt32, as long as the columns: physical line on which each record begins.
    ``inside``: how many physical lines are further lines of records of this block.
    ``padded``: columns in which some field may begin or end with white space (of any kind); the others need no strip.
    """

    columns: dict[str, Column]
    line: pl.Series
    rejects: list[Reject]
    blanks: int
    inside: int
    padded: frozenset[str]

    @property
    def frame(self) -> pl.DataFrame:
        """The rows as text."""
        return pl.DataFrame({name: as_series(column) for name, column in self.columns.items()})


REJECTED: dict[int, tuple[RuleId, str]] = {
    Verdict.FEW: ("FMT-FIELDS", "too few fields"),
    Verdict.MANY: ("FMT-FIELDS", "too many fields"),
    Verdict.LONG: ("FMT-FIELDS", "line too long"),
    Verdict.OPEN: ("FMT-QUOTE", "unclosed quote"),
    Verdict.BAD_QUOTE: ("FMT-QUOTE", "stray quote"),
    Verdict.STRAY_CR: ("FMT-QUOTE", "carriage return within the line"),
    Verdict.NOT_UTF8: ("FMT-ENCODING", "bytes that are no characters"),
    Verdict.NUL: ("FMT-ENCODING", "NUL byte"),
}


def read_blocks(
    stream: BinaryIO,
    width: int,
    schema: Mapping[str, DType],
    first_line: int,
    balance: Balance,
    *,
    skip: int = 0,
    block: int = BLOCK,
    piece: int = PIECE,
    limit: int = LIMIT,
    size: int | None = None,
    compiled: Compiled | None = None,
) -> Iterator[Block]:
    """Read a stream of UTF-8 bytes (``preflight.open_bytes``) to its end, block by block.

    ``width``: fields that every record must have; ``schema``: so many column names with String or a Categorical.
    ``first_line``: number of the physical line at which the stream stands. ``skip``: so many physical lines from there
    are passed over and counted as header (the empty ones as blank). ``size``: bytes of the stream, if they are known.
    ``compiled``: reads plain blocks, with dictionaries that it may share with other files.
    ``balance`` is filled as reading goes on and is complete when the last block was taken. What has more than
    MOST_REJECTS rejects comes as several blocks, so that a file of rubbish needs no more memory than another.
    Raises RuntimeError if polars does not return exactly the records that were judged good.
    """
    if len(schema) != width:
        raise ValueError(f"{len(schema)} columns for records of {width} fields")
    columns, texts = dict(schema), Texts(MOST_TEXTS)
    _pass_header(stream, skip, balance)
    line = first_line + skip
    held = b""
    if compiled:
        compiled.begin()
    for text in chain(_whole_lines(stream, block, limit, size), (memoryview(BEHIND),)):
        length = len(text) - len(BEHIND)
        if compiled and not held and length and (read := compiled.parse(text, length, columns, limit)):
            yield from _account_plain(read, line, columns, balance)
            line += len(read.lines) + len(read.bad_lines)
            continue
        body = held + text[:length]
        if not body:
            continue
        judged = judge(body, width, piece, limit)
        # without anything more to come, a quote that is open now will not be closed
        settled = settle_open(body, judged, width, limit, final=not length)
        end = int(judged.ends[settled - 1]) + 1 if settled else 0
        held = body[end:]
        lines = replace(judged, ends=judged.ends[:settled], verdicts=judged.verdicts[:settled])
        yield from _account(body[:end], lines, line, columns, texts, balance)
        line += settled


def _account_plain(read: Plain, line: int, columns: Mapping[str, DType], balance: Balance) -> Iterator[Block]:
    """The blocks of a plain body of lines, the first of which has the number ``line``."""
    blank = read.verdicts == Verdict.BLANK
    bad_lines, verdicts = read.bad_lines[~blank] + np.uint32(line), read.verdicts[~blank]
    block = Block(
        columns=read.columns,
        line=pl.Series("line", read.lines + np.uint32(line)),
        rejects=_rejects(bad_lines[:MOST_REJECTS], verdicts[:MOST_REJECTS]),
        blanks=int(np.count_nonzero(blank)),
        inside=0,
        padded=frozenset(name for name, padded in zip(columns, read.padded, strict=True) if padded),
    )
    balance.loaded += len(read.lines)
    balance.rejected += len(bad_lines)
    balance.blank += block.blanks
    yield block
    yield from _further_rejects(block, bad_lines, verdicts)


def _pass_header(stream: BinaryIO, skip: int, balance: Balance) -> None:
    for _ in range(skip):
        text = stream.readline(PIECE)
        blank = text in (b"\n", b"\r\n", b"\r")
        balance.blank += blank
        balance.header += bool(text) and not blank
        while text and not text.endswith(b"\n"):
            text = stream.readline(PIECE)


def _whole_lines(stream: BinaryIO, block: int, limit: int, size: int | None) -> Iterator[memoryview]:
    """The stream cut behind line ends, every line ended by LF, with BEHIND after the last.

    A line beyond the limit is cut, but stays beyond it.
    """
    rest, left = b"", block if size is None else size
    while True:
        # to make room takes time, too, and so do zeros in it
        room = block if size is None else min(block, max(left, ROOM))
        begin = len(rest)
        text = memoryview(np.empty(begin + room + len(BEHIND), np.uint8))  # type: ignore[arg-type]
        text[:begin] = rest
        end = begin + stream.readinto(text[begin : begin + room])  # type: ignore[attr-defined]
        if end == begin:
            break
        left -= end - begin
        cut = _last_line_end(text, begin, end)
        rest = bytes(text[cut:end])[: limit + 1]
        if cut:
            text[cut : cut + len(BEHIND)] = BEHIND
            yield text[: cut + len(BEHIND)]
    if rest:
        yield memoryview(rest + b"\n" + BEHIND)


def _last_line_end(text: memoryview, begin: int, end: int) -> int:
    """The place behind the last line feed between ``begin`` and ``end``; 0: there is none."""
    for start in (max(begin, end - ROOM), begin):
        if found := bytes(text[start:end]).rfind(b"\n") + 1:
            return start + found
    return 0


def _account(
    body: bytes, lines: Judged, line: int, columns: dict[str, DType], texts: Texts, balance: Balance
) -> Iterator[Block]:
    """The blocks of a body of lines, the first of which has the number ``line``; enters the lines in the balance."""
    good = np.flatnonzero(lines.verdicts == Verdict.GOOD)
    bad = np.flatnonzero(lines.verdicts > Verdict.BLANK)
    bad_lines, verdicts = bad + line, lines.verdicts[bad]
    inside = int(np.count_nonzero(lines.verdicts == Verdict.INSIDE))
    taken = texts.take(_parse(_kept_text(body, lines), columns, len(good), line))
    columns |= {name: pl.String for name, column in taken.items() if not isinstance(column, Coded)}
    block = Block(
        columns=taken,
        line=pl.Series("line", (good + line).astype(np.uint32)),
        rejects=_rejects(bad_lines[:MOST_REJECTS], verdicts[:MOST_REJECTS]),
        blanks=int(np.count_nonzero(lines.verdicts == Verdict.BLANK)),
        inside=inside,
        # the edges of a field that runs on over lines were not looked at
        padded=frozenset(name for name, padded in zip(columns, lines.padded, strict=True) if padded or inside),
    )
    balance.loaded += len(good)
    balance.rejected += len(bad)
    balance.blank += block.blanks
    balance.inside += inside
    yield block
    yield from _further_rejects(block, bad_lines, verdicts)


def _further_rejects(
    block: Block, bad_lines: npt.NDArray[np.integer], verdicts: npt.NDArray[np.uint8]
) -> Iterator[Block]:
    """Blocks without records for what is beyond MOST_REJECTS."""
    for begin in range(MOST_REJECTS, len(bad_lines), MOST_REJECTS):
        rejects = _rejects(bad_lines[begin : begin + MOST_REJECTS], verdicts[begin : begin + MOST_REJECTS])
        nothing = {name: column[:0] for name, column in block.columns.items()}
        yield Block(nothing, block.line.clear(), rejects, blanks=0, inside=0, padded=frozenset())


def _rejects(bad_lines: npt.NDArray[np.integer], verdicts: npt.NDArray[np.uint8]) -> list[Reject]:
    return [
        Reject(line, *REJECTED[verdict]) for line, verdict in zip(bad_lines.tolist(), verdicts.tolist(), strict=True)
    ]


def _kept_text(body: bytes, lines: Judged) -> bytes:
    """The lines of the records that were judged good."""
    kept = lines.verdicts <= Verdict.INSIDE
    if kept.all():
        return body
    turns = np.flatnonzero(np.diff(kept.view(np.int8), prepend=0, append=0))
    starts = np.concatenate(([0], lines.ends + 1))[turns]
    text, view = io.BytesIO(), memoryview(body)
    for begin, end in zip(starts[::2], starts[1::2], strict=True):
        text.write(view[begin:end])
    return text.getvalue()


def _parse(text: bytes, columns: Mapping[str, DType], rows: int, line: int) -> pl.DataFrame:
    """``rows`` records as a frame."""
    if not rows:
        return pl.DataFrame(schema=columns)
    if text.startswith(codecs.BOM_UTF8):
        # polars takes one away at the start of whatever it reads; this one belongs to a value
        text = codecs.BOM_UTF8 + text
    try:
        frame = _read_csv(text, columns)
    except pl.exceptions.PolarsError:
        frame = pl.DataFrame()
    if frame.height != rows:
        # raised here and not above, because a message of polars quotes values
        raise RuntimeError(f"polars did not read the {rows} records that were judged good from line {line} on")
    return frame


def _read_csv(text: bytes, columns: Mapping[str, DType]) -> pl.DataFrame:
    quote = '"' if b'"' in text else None
    return pl.read_csv(text, has_header=False, schema=columns, quote_char=quote, null_values=[""])
