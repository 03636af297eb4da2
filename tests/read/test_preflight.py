"""What a first look at a file tells, and that the text that is then read is that of the file."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.read.lines import Balance, read_blocks
from audit.read.preflight import FirstLine, Preflight, first_lines, inspect_file, open_bytes
from audit.read.recode import CHUNK, Encoding, LineEnd
from tests.read.reading import columns

Save = Callable[[bytes], Preflight]

TEXT = "sid,name\n1,José\n2,Zoë\n"
WINDOWS = "read as Windows-1252, because it is not UTF-8"
UTF16 = "decoded from UTF-16"
LONE_CRS = "read with lone carriage returns as line ends, because it has no others"


@pytest.fixture
def saved(tmp_path: Path) -> Save:
    def save(data: bytes) -> Preflight:
        path = tmp_path / "file.csv"
        path.write_bytes(data)
        return inspect_file(path)

    return save


def text_of(seen: Preflight) -> bytes:
    with open_bytes(seen) as stream:
        return stream.read()


@dataclass(frozen=True)
class Case:
    name: str
    data: bytes
    text: bytes
    lines: int
    encoding: Encoding = "utf-8"
    line_end: LineEnd = "LF"
    notices: tuple[str, ...] = ()
    gzip: bool = False


CASES = [
    Case("UTF-8", TEXT.encode(), TEXT.encode(), 3),
    Case("UTF-8 with mark", TEXT.encode("utf-8-sig"), TEXT.encode(), 3),
    Case("ASCII without line end", b"sid,name\n1,x", b"sid,name\n1,x", 2),
    Case("one line without line end", b"sid,name", b"sid,name", 1),
    Case("blank lines count", b"\n\nsid\n\n1\n\n", b"\n\nsid\n\n1\n\n", 6),
    Case("CRLF stays", b"sid\r\n1\r\n", b"sid\r\n1\r\n", 2),
    Case("one LF among CRs: no file of lone CRs", b"sid\r1\r2\n", b"sid\r1\r2\n", 1),
    Case("lone CRs", b"sid\r1\r\r2\r", b"sid\n1\n\n2\n", 4, line_end="CR", notices=(LONE_CRS,)),
    Case("lone CRs, none at the end", b"sid\r1", b"sid\n1", 2, line_end="CR", notices=(LONE_CRS,)),
    Case("Windows-1252", TEXT.encode("cp1252"), TEXT.encode(), 3, "windows-1252", notices=(WINDOWS,)),
    Case(
        "Windows-1252: quotes and dashes",
        b"a\n\x93\x96\x80\n",
        "a\n“–€\n".encode(),
        2,
        "windows-1252",
        notices=(WINDOWS,),
    ),
    Case(
        "bytes that Windows-1252 lacks",
        b"\xe9\n\x81\x8d\n",
        b"\xc3\xa9\n\x81\x8d\n",
        2,
        "windows-1252",
        notices=(WINDOWS,),
    ),
    Case("cut character at the very end", b"a\nJos\xc3", b"a\nJos\xc3\x83", 2, "windows-1252", notices=(WINDOWS,)),
    Case("Windows-1252 with lone CRs", b"a\r\xe9\r", b"a\n\xc3\xa9\n", 2, "windows-1252", "CR", (WINDOWS, LONE_CRS)),
    Case("one bad line in a UTF-8 file", b"\xc3\xa9\n\xe9\n", b"\xc3\xa9\n\xe9\n", 2),
    Case("a mark says UTF-8", b"\xef\xbb\xbfa\n\xe9\n", b"a\n\xe9\n", 2),
    Case(
        "UTF-16, little end first",
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        TEXT.encode(),
        3,
        "utf-16-le",
        notices=(UTF16,),
    ),
    Case(
        "UTF-16, big end first", b"\xfe\xff" + TEXT.encode("utf-16-be"), TEXT.encode(), 3, "utf-16-be", notices=(UTF16,)
    ),
    Case("UTF-16 beyond 65,535", "a\n😀\n".encode("utf-16"), "a\n😀\n".encode(), 2, "utf-16-le", notices=(UTF16,)),
    Case(
        "UTF-16: no LF in U+0A0A",
        "a\n\u0a0a\n".encode("utf-16"),
        "a\n\u0a0a\n".encode(),
        2,
        "utf-16-le",
        notices=(UTF16,),
    ),
    Case("UTF-16, half a pair", b"\xff\xfea\0\n\0\0\xd8\n\0", b"a\n\xed\xa0\x80\n", 2, "utf-16-le", notices=(UTF16,)),
    Case("UTF-16, half a unit", b"\xff\xfea\0\n\0b\0c", b"a\nb\xff", 2, "utf-16-le", notices=(UTF16,)),
    Case("UTF-16 with lone CRs", "a\rb\r".encode("utf-16"), b"a\nb\n", 2, "utf-16-le", "CR", (UTF16, LONE_CRS)),
    Case("a NUL in a line", b"sid,name\n1,A\0B\n", b"sid,name\n1,A\0B\n", 2),
    Case("gzip", gzip.compress(TEXT.encode()), TEXT.encode(), 3, gzip=True),
    Case("gzip of two members", gzip.compress(b"a\n") + gzip.compress(b"b\n"), b"a\nb\n", 2, gzip=True),
    Case("gzip of UTF-16", gzip.compress(TEXT.encode("utf-16")), TEXT.encode(), 3, "utf-16-le", "LF", (UTF16,), True),
    Case("gzip of Windows-1252", gzip.compress(b"a\n\xe9"), b"a\n\xc3\xa9", 2, "windows-1252", "LF", (WINDOWS,), True),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_encoding_line_ends_and_text(case: Case, saved: Save) -> None:
    seen = saved(case.data)
    assert seen == Preflight(
        path=seen.path,
        sha256=hashlib.sha256(case.data).hexdigest(),
        size=len(case.data),
        encoding=case.encoding,
        gzip=case.gzip,
        line_end=case.line_end,
        lines=case.lines,
        problem=None,
        notices=case.notices,
    )
    assert text_of(seen) == case.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_two_sides_of_the_balance_agree(case: Case, saved: Save) -> None:
    seen = saved(case.data)
    balance = Balance(physical=seen.lines)
    with open_bytes(seen) as stream:
        for _ in read_blocks(stream, 2, columns(2), 1, balance, skip=1):
            pass
    assert balance.holds()


def test_what_windows_1252_lacks_is_judged_bad_encoding(saved: Save) -> None:
    seen = saved(b"sid,name\n" + b"".join(b"1,\xe9%c\n" % byte for byte in range(0x80, 0x100)))
    balance = Balance(physical=seen.lines)
    with open_bytes(seen) as stream:
        (block,) = read_blocks(stream, 2, columns(2), 1, balance, skip=1)
    bad = [0x81, 0x8D, 0x8F, 0x90, 0x9D]
    assert [(r.line - 2 + 0x80, r.rule_id) for r in block.rejects] == [(byte, "FMT-ENCODING") for byte in bad]
    assert balance.loaded == 0x80 - len(bad)


PROBLEMS = [
    ("nothing", b"", "an empty file"),
    ("a mark only", b"\xef\xbb\xbf", "an empty file"),
    ("a UTF-16 mark only", b"\xff\xfe", "an empty file"),
    ("gzip of nothing", gzip.compress(b""), "an empty file"),
    ("UTF-16 without mark", TEXT.encode("utf-16-le"), "full of NUL bytes"),
    ("UTF-32 with mark", TEXT.encode("utf-32"), "full of NUL bytes"),
    ("NULs", bytes(5000), "full of NUL bytes"),
    ("gzip of NULs", gzip.compress(bytes(5000)), "full of NUL bytes"),
    ("truncated gzip", gzip.compress(TEXT.encode() * 100)[:-9], "a damaged or truncated gzip file"),
    ("gzip without its last byte", gzip.compress(TEXT.encode())[:-1], "a damaged or truncated gzip file"),
    ("gzip with a false checksum", gzip.compress(TEXT.encode())[:-8] + bytes(8), "a damaged or truncated gzip file"),
    ("gzip and rubbish", gzip.compress(TEXT.encode()) + b"rubbish", "a damaged or truncated gzip file"),
    ("first bytes of gzip only", b"\x1f\x8b", "a damaged or truncated gzip file"),
    ("workbook", b"PK\x03\x04" + bytes(100), "a ZIP archive or an Excel workbook"),
    ("old workbook", b"\xd0\xcf\x11\xe0" + bytes(100), "an Office document"),
    ("Parquet", b"PAR1rest", "a Parquet file"),
]


@pytest.mark.parametrize(("data", "problem"), [p[1:] for p in PROBLEMS], ids=[p[0] for p in PROBLEMS])
def test_what_can_not_be_read_says_so(data: bytes, problem: str, saved: Save) -> None:
    seen = saved(data)
    assert seen.problem
    assert seen.problem.startswith(problem)
    assert (seen.sha256, seen.size, seen.lines) == (hashlib.sha256(data).hexdigest(), len(data), 0)
    with pytest.raises(ValueError, match="a file with a problem"):
        open_bytes(seen)


def test_gzip_damaged_in_the_middle(saved: Save) -> None:
    data = bytearray(gzip.compress(os.urandom(300_000).hex().encode()))
    data[200_000:200_100] = bytes(100)
    assert saved(bytes(data)).problem == "a damaged or truncated gzip file"


def test_folders_pipes_and_what_is_not_there(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert inspect_file(tmp_path).problem == "a folder"
    assert inspect_file(tmp_path / "pipe").problem == "not a regular file"
    assert "No such file" in str(inspect_file(tmp_path / "absent.csv").problem)


@pytest.mark.parametrize("call", ["open", "stat"])
def test_file_that_may_not_be_opened(call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    path.write_text(TEXT)

    def forbidden(*args: object, **kwargs: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, call, forbidden)
    assert inspect_file(path).problem == "not to be opened or read (Permission denied)"


# Where the text is longer than what is looked at together


@pytest.mark.parametrize("shift", [0, 1, 2, 3])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_characters_across_the_edge_of_a_chunk(shift: int, encoding: str, saved: Save) -> None:
    text = "x" * shift + "€ñ\n" * (CHUNK // 3)
    seen = saved(text.encode(encoding))
    assert seen.lines == CHUNK // 3
    assert seen.encoding == {"utf-8": "utf-8", "utf-16": "utf-16-le", "cp1252": "windows-1252"}[encoding]
    assert text_of(seen) == text.encode()


def test_halves_of_a_character_far_apart_are_no_character(saved: Save) -> None:
    assert saved(b"x" * (CHUNK - 1) + b"\xc3" + b"x" * CHUNK + b"\xa9\n").encoding == "windows-1252"


def test_a_character_at_the_end_decides_for_the_whole_file(saved: Save) -> None:
    start = b"a,b\n" * CHUNK
    assert saved(start + b"\xe9\n").encoding == "windows-1252"
    assert saved(start + b"\xc3\xa9\n\xe9\n").encoding == "utf-8"
    assert saved(b"\xe9\n" + start + b"\xc3\xa9\n").encoding == "utf-8"


def test_lone_crs_and_crlf_across_the_edge_of_a_chunk(saved: Save) -> None:
    crs = saved(b"abc\r" * (CHUNK // 2))
    assert (crs.line_end, crs.lines) == ("CR", CHUNK // 2)
    late = saved(b"abc\r" * (CHUNK // 2) + b"\n")
    assert (late.line_end, late.lines) == ("LF", 1)
    crlf = saved(b"x" * (CHUNK - 1) + b"\r\n1\r\n")
    assert (crlf.line_end, crlf.lines) == ("LF", 2)


def test_a_gzip_bomb_is_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(100):
            file.write(b"1,2\n" * (CHUNK // 4))
    tracemalloc.start()
    seen = inspect_file(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen.lines == 100 * CHUNK // 4
    assert peak < 12 * CHUNK


# First lines


def test_first_lines_pass_over_blank_lines(saved: Save) -> None:
    seen = saved(b'\n\r\nsid,"full ""name"""\r\n\n1, x \n2,y\n')
    assert first_lines(seen, 2) == [FirstLine(3, 3, ("sid", 'full "name"')), FirstLine(5, 5, ("1", " x "))]
    assert len(first_lines(seen, 9)) == 3


def test_first_lines_with_a_line_break_in_a_field(saved: Save) -> None:
    seen = saved(b'\n"sid\n\nof state",name\n1,x\n')
    assert first_lines(seen, 2) == [FirstLine(2, 4, ("sid\n\nof state", "name")), FirstLine(5, 5, ("1", "x"))]
    balance = Balance(physical=seen.lines)
    with open_bytes(seen) as stream:
        (block,) = read_blocks(stream, 2, columns(2), 1, balance, skip=4)
    assert block.line.to_list() == [5]
    assert balance.holds()


def test_first_lines_without_mark_in_the_encoding_of_the_file(saved: Save) -> None:
    for data in ("Ñ,b\n".encode("utf-8-sig"), "Ñ,b\n".encode("utf-16"), gzip.compress("Ñ,b\r".encode("cp1252"))):
        assert first_lines(saved(data), 1) == [FirstLine(1, 1, ("Ñ", "b"))]


def test_no_first_lines(saved: Save) -> None:
    assert first_lines(saved(b"\n\n\r\n"), 1) == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b'"a"b,c\n', "malformed quotes"),
        (b'a,"b\n', "malformed quotes"),
        (b"a\rb\nc\n", "a carriage return that ends no line"),
        (b"a,b\r\r\n", "a carriage return that ends no line"),
        (b"\r\r\n", "a carriage return that ends no line"),
        (b"\xc3\xa9,\xe9\n", "bytes that are no characters"),
        (b"a,\0\n" + b"x" * 9, "NUL byte"),
        (b"a" * CHUNK + b"\n", "longer than 1 MB"),
        (b'a,"' + b"\n" * 20 + b'"\n', "more than 20 lines"),
    ],
)
def test_first_line_that_can_not_be_read(data: bytes, problem: str, saved: Save) -> None:
    (good, bad) = first_lines(saved(b"sid\n" + data), 3)
    assert good.fields == ("sid",)
    assert (bad.line, bad.fields, bad.problem) == (2, (), problem)
