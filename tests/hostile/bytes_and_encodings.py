"""Bytes that are no text, text of another encoding, and packed files."""

import gzip
import random

from audit.errors import NO_VERDICT
from tests.hostile.entries import FAULT, Entry, fault, lines, row

_TEXT = lines(row(2), fault(3))
_NOISE = random.Random(7).randbytes(30_000)


def _noisy(data: bytes) -> bytes:
    """Rows that can't be packed, so that a cut goes through their middle."""
    more = "".join(f"{_NOISE[n : n + 30].hex()},x\n" for n in range(0, len(_NOISE), 30))
    return gzip.compress(data + more.encode())


def _cut(data: bytes) -> bytes:
    packed = _noisy(data)
    return packed[: len(packed) * 2 // 3]


def _changed(data: bytes) -> bytes:
    packed = bytearray(_noisy(data))
    packed[len(packed) // 2] ^= 0xFF
    return bytes(packed)


ENTRIES = [
    Entry("a byte order mark", b"\xef\xbb\xbf" + _TEXT.encode(), [(FAULT, 3)], [2, 3]),
    Entry(
        "a byte order mark in the middle",
        lines(row(2), row(3), fault(4)).encode().replace(b"\n###000003", b"\n\xef\xbb\xbf###000003"),
        [(FAULT, 4)],
        None,
    ),
    Entry(
        "UTF-16 with its mark, little end first",
        _TEXT.encode("utf-16"),
        [(FAULT, 3)],
        [2, 3],
        says="UTF-16",
    ),
    Entry(
        "UTF-16 with its mark, big end first",
        b"\xfe\xff" + _TEXT.encode("utf-16-be"),
        [(FAULT, 3)],
        [2, 3],
        says="UTF-16",
    ),
    Entry(
        "UTF-16 without mark, little end first",
        _TEXT.encode("utf-16-le"),
        [("FMT-FILE", None)],
        status=NO_VERDICT,
        says="NUL bytes",
    ),
    Entry(
        "UTF-16 without mark, big end first",
        _TEXT.encode("utf-16-be"),
        [("FMT-FILE", None)],
        status=NO_VERDICT,
        says="NUL bytes",
    ),
    Entry(
        "UTF-16 that ends within a character",
        (_TEXT + "###").encode("utf-16")[:-1],
        [(FAULT, 3), ("FMT-ENCODING", 4)],
        [2, 3],
    ),
    Entry(
        "half a surrogate pair",
        lines(row(2, type="\ud800"), fault(3)).encode("utf-16", "surrogatepass"),
        [("FMT-ENCODING", 2), (FAULT, 3)],
        [3],
    ),
    Entry(
        "Windows-1252", lines(row(2, type="é"), fault(3)).encode("cp1252"), [(FAULT, 3)], [2, 3], says="Windows-1252"
    ),
    Entry(
        "bytes that Windows-1252 does not have",
        lines(row(2), row(3, type="é"), fault(5)).encode("cp1252").replace(b"\n###000005", b"\n\x81\x8d,\n###000005"),
        [("FMT-ENCODING", 4), (FAULT, 5)],
        [2, 3, 5],
    ),
    Entry(
        "UTF-8 and Windows-1252 in one file",
        lines(row(2, type="é"), row(3, type="@"), fault(4)).encode().replace(b"@", b"\xe9"),
        [("FMT-ENCODING", 3), (FAULT, 4)],
        [2, 4],
    ),
    Entry(
        "overlong UTF-8",
        lines(row(2, type="é"), row(3, type="@"), fault(4)).encode().replace(b"@", b"\xc0\xaf"),
        [("FMT-ENCODING", 3), (FAULT, 4)],
        [2, 4],
    ),
    Entry(
        "a character cut off by the end of the file",
        lines(row(2, type="é"), fault(3)).encode() + b"\xc3",
        [(FAULT, 3), ("FMT-ENCODING", 4)],
        [2, 3],
    ),
    Entry("a NUL in a value", lines(row(2, type="9\x009"), fault(3)), [("FMT-ENCODING", 2), (FAULT, 3)], [3]),
    Entry(
        "a NUL in the header", _TEXT.replace("sid", "s\x00id"), [("FMT-HEADER", 1)], status=NO_VERDICT, says="NUL byte"
    ),
    Entry("a file of NULs", bytes(4096), [("FMT-FILE", None)], status=NO_VERDICT, says="NUL bytes"),
    Entry(
        "NULs behind the last row, as a crash leaves them",
        _TEXT.encode() + bytes(64),
        [(FAULT, 3), ("FMT-ENCODING", 4)],
        [2, 3],
    ),
    Entry("the end-of-file character of DOS", _TEXT + "\x1a", [(FAULT, 3), ("FMT-FIELDS", 4)], [2, 3]),
    Entry("random bytes", _NOISE, [("FMT-HEADER", 1)], status=NO_VERDICT),
    Entry("an empty file", b"", [("FMT-FILE", None)], status=NO_VERDICT, says="an empty file"),
    Entry("a byte order mark alone", b"\xef\xbb\xbf", [("FMT-FILE", None)], status=NO_VERDICT, says="an empty file"),
    Entry("a mark of UTF-16 alone", b"\xff\xfe", [("FMT-FILE", None)], status=NO_VERDICT, says="an empty file"),
    Entry("line ends only", "\n\r\n\n", [("FMT-HEADER", None)], status=NO_VERDICT, says="blank"),
    Entry("gzip", _TEXT, [(FAULT, 3)], [2, 3], file="enrollment.csv.gz", pack=gzip.compress),
    Entry("gzip that does not say so in its name", _TEXT, [(FAULT, 3)], [2, 3], pack=gzip.compress),
    Entry("a name that says gzip, and plain text", _TEXT, [(FAULT, 3)], [2, 3], file="enrollment.csv.gz"),
    Entry(
        "gzip of two pieces",
        _TEXT,
        [(FAULT, 3)],
        [2, 3],
        file="enrollment.csv.gz",
        pack=lambda data: gzip.compress(data[:70]) + gzip.compress(data[70:]),
    ),
    Entry(
        "gzip cut off", _TEXT, [("FMT-FILE", None)], file="enrollment.csv.gz", pack=_cut, status=NO_VERDICT, says="gzip"
    ),
    Entry(
        "gzip with a changed byte",
        _TEXT,
        [("FMT-FILE", None)],
        file="enrollment.csv.gz",
        pack=_changed,
        status=NO_VERDICT,
        says="gzip",
    ),
    Entry(
        "two bytes of gzip", b"\x1f\x8b", [("FMT-FILE", None)], file="enrollment.csv.gz", status=NO_VERDICT, says="gzip"
    ),
    Entry(
        "gzip with rubbish behind it",
        _TEXT,
        [("FMT-FILE", None)],
        file="enrollment.csv.gz",
        pack=lambda data: gzip.compress(data) + b"rubbish",
        status=NO_VERDICT,
        says="gzip",
    ),
    Entry(
        "gzip in gzip",
        _TEXT,
        [("FMT-FILE", None)],
        pack=lambda data: gzip.compress(gzip.compress(data)),
        status=NO_VERDICT,
        says="gzip",
    ),
    Entry(
        "a workbook with the name of a table",
        b"PK\x03\x04" + _NOISE,
        [("FMT-FILE", None)],
        status=NO_VERDICT,
        says="Excel workbook",
    ),
    Entry(
        "an old Office document with the name of a table",
        b"\xd0\xcf\x11\xe0" + _NOISE,
        [("FMT-FILE", None)],
        status=NO_VERDICT,
        says="Office",
    ),
    Entry("Parquet with the name of a text", b"PAR1" + _NOISE, [("FMT-FILE", None)], status=NO_VERDICT, says="Parquet"),
]
