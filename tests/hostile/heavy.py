"""Small files that stand for very large ones."""

import gzip

from audit.errors import NO_VERDICT
from tests.hostile.entries import FAULT, Entry, fault, lines, row


def _bomb(data: bytes, piece: bytes, times: int) -> bytes:
    """The text, and then the same again and again, which hardly takes room: gzip files may follow each other."""
    return gzip.compress(data) + gzip.compress(piece * (1 << 20), 9) * times


def _packed(name: str, text: str, piece: bytes, times: int, **more: object) -> Entry:
    return Entry(name, text, file="enrollment.csv.gz", pack=lambda data: _bomb(data, piece, times), **more)  # type: ignore[arg-type]


ENTRIES = [
    Entry(
        "a line of 100 MB",
        lines(row(2), "@", fault(4)),
        [("FMT-FIELDS", 3), (FAULT, 4)],
        [2, 4],
        pack=lambda data: data.replace(b"@", b"x" * 100_000_000),
    ),
    Entry(
        "a value of 100 MB in quotes",
        lines(row(2), '"@"', fault(4)),
        [("FMT-FIELDS", 3), (FAULT, 4)],
        [2, 4],
        pack=lambda data: data.replace(b"@", b"x" * 100_000_000),
    ),
    Entry(
        "a row of a million fields", lines(row(2), "x," * 1_000_000, fault(4)), [("FMT-FIELDS", 3), (FAULT, 4)], [2, 4]
    ),
    Entry("a header of a million empty names", "," * 1_000_000 + "\n", [("FMT-HEADER", 1)], status=NO_VERDICT),
    Entry(
        "a header of a million columns",
        lines(row(2)).replace("sid", "sid," + "x," * 1_000_000),
        [("FMT-HEADER", 1)],
        status=NO_VERDICT,
        says="longer than 1 MB",
    ),
    Entry(
        "a header of 100,000 columns",
        "sid,home_rcdts," + ",".join(f"c{n}" for n in range(100_000)) + "\n",
        [("FMT-HEADER", 1)],
        status=NO_VERDICT,
        says="more than 5,000",
    ),
    _packed(
        "a gzip bomb of one line",
        lines(row(2)),
        b"x",
        4000,
        found=[("FMT-FILE", None)],
        status=NO_VERDICT,
        says="times its size",
    ),
    _packed(
        "a gzip bomb of lines",
        lines(row(2)),
        b"1\n",
        4000,
        found=[("FMT-FILE", None)],
        status=NO_VERDICT,
        says="times its size",
    ),
    _packed("a gzip bomb of NULs", "", b"\0", 4000, found=[("FMT-FILE", None)], status=NO_VERDICT, says="NUL"),
]
