"""Every line of a CSV file is accounted for, however malformed: loaded, or rejected and under which rule."""

from __future__ import annotations

import io
import tracemalloc
from dataclasses import dataclass
from itertools import product

import polars as pl
import pytest

from audit.read import lines as reader
from audit.read.coded import Coded
from audit.read.decode import CODE_TYPE
from audit.read.lines import MOST_REJECTS, Balance, Reject, read_blocks
from tests.read import oracle
from tests.read.reading import account, columns

HEAD = b"sid,name,pda\n"
GOOD = b"101,Ada,1.00\n102,Ben,0.50\n103,Cem,\n"
TAIL = b"901,Zoe,1.00\n"
#: The two ways to read plain blocks, the second with columns that have a dictionary and without.
WAYS = [{}, {"compiled": True}, {"compiled": True, "coded": True}]
SIZES = [{}, {"block": 1}, {"block": 17, "piece": 5}, {"block": 64, "piece": 16}, {"block": 999, "piece": 100}]


@dataclass(frozen=True)
class Case:
    """A file and what becomes of it. ``rejects``: "line rule" of each, the rule without "FMT-"."""

    name: str
    data: bytes
    loaded: int
    rejects: str = ""
    blanks: int = 0
    inside: int = 0
    width: int = 3
    skip: int = 1

    def expected_rejects(self) -> list[tuple[int, str]]:
        words = self.rejects.split()
        return [(int(line), "FMT-" + rule) for line, rule in zip(words[::2], words[1::2], strict=True)]


def amid(lines: bytes) -> bytes:
    """Lines between good ones; the first of them is line 5 of the file."""
    return HEAD + GOOD + lines + TAIL


CASES = [
    Case("clean", amid(b""), 4),
    Case("CRLF", amid(b"").replace(b"\n", b"\r\n"), 4),
    Case("LF and CRLF mixed", amid(b"200,Kim,1.00\r\n"), 5),
    Case("no line end at the end", amid(b"")[:-1], 4),
    Case("a CR alone at the end", amid(b"")[:-1] + b"\r", 4),
    Case("header only", HEAD, 0),
    Case("header without line end", HEAD[:-1], 0),
    Case("nothing at all", b"", 0),
    Case("no header", GOOD + TAIL, 4, skip=0),
    Case("two lines passed over, one blank", b"\n" + HEAD + GOOD, 3, blanks=1, skip=2),
    Case("blank CRLF line before the header", b"\r\n" + HEAD + GOOD, 3, blanks=1, skip=2),
    Case("fewer lines than are to be passed over", HEAD, 0, skip=5),
    # carriage returns
    Case("lone CRs only, not announced", amid(b"").replace(b"\n", b"\r"), 0, "1 QUOTE", skip=0),
    Case("lone CR within a line", amid(b"200,Kim,1.00\r201,Lee,1.00\n"), 4, "5 QUOTE"),
    Case("CR CR LF", amid(b"200,Kim,1.00\r\r\n"), 4, "5 QUOTE"),
    Case("lone CR within quotes", amid(b'200,"K\rim",1.00\n'), 4, "5 QUOTE"),
    Case("only CRs", amid(b"\r\r\n"), 4, "5 QUOTE"),
    # number of fields
    Case("too few", amid(b"200,Kim\n"), 4, "5 FIELDS"),
    Case("too many", amid(b"200,Kim,1.00,more\n"), 4, "5 FIELDS"),
    Case("too few, then too many: the sum is right", amid(b"200,Kim\n201,Lee,1.00,more\n"), 4, "5 FIELDS 6 FIELDS"),
    Case("too many, then too few", amid(b"201,Lee,1.00,more\n200,Kim\n"), 4, "5 FIELDS 6 FIELDS"),
    Case("an empty field too many", amid(b"200,Kim,1.00,\n"), 4, "5 FIELDS"),
    Case("one field", amid(b"200\n"), 4, "5 FIELDS"),
    Case("semicolons", amid(b"").replace(b",", b";"), 0, "2 FIELDS 3 FIELDS 4 FIELDS 5 FIELDS"),
    Case("commas only", amid(b",,\n"), 5),
    Case("end-of-file mark of DOS", amid(b"") + b"\x1a", 4, "6 FIELDS"),
    # blank lines
    Case("blank line", amid(b"\n"), 4, blanks=1),
    Case("blank CRLF line", amid(b"\r\n"), 4, blanks=1),
    Case("blank lines at the end", amid(b"") + b"\n\n\n", 4, blanks=3),
    Case("blank line, then CR without LF", amid(b"") + b"\n\r", 4, blanks=2),
    Case("line of spaces", amid(b"   \n"), 4, "5 FIELDS"),
    Case("a CR only", b"\r", 0, blanks=1, skip=2),
    Case("blank lines only", b"\n\n\r\n", 0, blanks=3, skip=0),
    # encoding
    Case("UTF-8", amid("200,José Ñandú,1.00\n".encode()), 5),
    Case("Latin letter in UTF-8", amid(b"200,Jos\xe9,1.00\n"), 4, "5 ENCODING"),
    Case("character cut at the line end", amid(b"200,x,Jos\xc3\n"), 4, "5 ENCODING"),
    Case("surrogate", amid(b"200,\xed\xa0\x80,1\n"), 4, "5 ENCODING"),
    Case("NUL written as two bytes", amid(b"200,\xc0\x80,1\n"), 4, "5 ENCODING"),
    Case("continuation byte alone", amid(b"200,\x81,1\n"), 4, "5 ENCODING"),
    Case("several bad lines", amid(b"200,\xe9,1\n201,\xc3\xa9,1\n202,\xff\n"), 5, "5 ENCODING 7 ENCODING"),
    Case("NUL", amid(b"200,A\0B,1.00\n"), 4, "5 ENCODING"),
    Case("line of NULs", amid(b"\0\0\0\n"), 4, "5 ENCODING"),
    Case("UTF-16, not announced", TAIL.decode().encode("utf-16"), 0, "1 ENCODING 2 ENCODING", skip=0),
    Case("byte order mark within the file", amid(b"\xef\xbb\xbf200,Kim,1.00\n"), 5),
    Case("byte order mark before a quote", amid(b'\xef\xbb\xbf"200",Kim,1.00\n'), 4, "5 QUOTE"),
    Case("two marks at the start", b"\xef\xbb\xbf\xef\xbb\xbf1,2,3\n", 1, skip=0),
    Case("bad bytes weigh more than quotes and fields", amid(b'2"00,\xe9\n201,\0"\n'), 4, "5 ENCODING 6 ENCODING"),
    # quotes
    Case("comma in quotes", amid(b'200,"Kim, Lee",1.00\n'), 5),
    Case("everything quoted", amid(b'"200","Kim","1.00"\n'), 5),
    Case("everything quoted, CRLF", amid(b'"200","Kim","1.00"\n').replace(b"\n", b"\r\n"), 5),
    Case("doubled quotes", amid(b'200,"Kim ""K"" Lee",1.00\n'), 5),
    Case("doubled quotes at both ends", amid(b'200,"""Kim""",1.00\n'), 5),
    Case("a field of quotes only", amid(b'200,"""""",1.00\n'), 5),
    Case("quoted empty", amid(b'200,"",1.00\n201,,1.00\n"","",""\n'), 7),
    Case("stray quote", amid(b'200,O"Neil,1.00\n'), 4, "5 QUOTE"),
    Case("two stray quotes", amid(b'200,O"Ne"il,1.00\n'), 4, "5 QUOTE"),
    Case("two stray quotes around a comma", amid(b'200,O"Ne,i"l,1.00,x\n'), 4, "5 QUOTE"),
    Case("text behind the closing quote", amid(b'200,"O"Neil,1.00\n'), 4, "5 QUOTE"),
    Case("quoted text behind the closing quote", amid(b'200,"O" "Neil",1.00\n'), 4, "5 QUOTE"),
    Case("blank before the quote", amid(b'200, "Kim, Lee",1.00\n'), 4, "5 QUOTE"),
    Case("blank behind the quote", amid(b'200,"Kim, Lee" ,1.00\n'), 4, "5 QUOTE"),
    Case("lone quote as a field", amid(b'200,",1.00\n'), 4, "5 QUOTE"),
    Case("quote at the end of a line", amid(b'200,Kim,1.00"\n'), 4, "5 QUOTE"),
    Case("quoted with too few fields", amid(b'200,"Kim, Lee"\n'), 4, "5 FIELDS"),
    Case("quoted with too many fields", amid(b'200,"Kim, Lee",1,2\n'), 4, "5 FIELDS"),
    Case("bad and good quotes on one line", amid(b'"200","Ki"m","1.00"\n'), 4, "5 QUOTE"),
    # records of several lines
    Case("line break in quotes", amid(b'200,"Kim\nLee",1.00\n'), 5, inside=1),
    Case("CRLF in quotes", amid(b'200,"Kim\r\nLee",1.00\r\n'), 5, inside=1),
    Case("blank line in quotes", amid(b'200,"Kim\n\nLee",1.00\n'), 5, inside=2),
    Case("line break first in quotes", amid(b'200,"\nKim",1.00\n'), 5, inside=1),
    Case("doubled quotes around a line break", amid(b'200,"Kim""\n""Lee",1.00\n'), 5, inside=1),
    Case("two fields with line breaks", amid(b'"2\n00",Kim,"1\n00"\n'), 5, inside=2),
    Case("two such records in a row", amid(b'200,"K\nL",1\n201,"M\nN",1\n'), 6, inside=2),
    Case("line break in the last field of the file", HEAD + GOOD + b'200,Kim,"1\n00"', 4, inside=1),
    Case("record of 20 lines", amid(b'200,"' + b"\n" * 19 + b'",1.00\n'), 5, inside=19),
    Case("record of 21 lines", amid(b'200,"' + b"\n" * 20 + b'",1.00\n'), 4, "5 QUOTE 25 QUOTE", blanks=19),
    Case("unclosed quote", amid(b'200,"Kim,1.00\n'), 4, "5 QUOTE"),
    Case("unclosed quote on the last line", HEAD + GOOD + b'200,"Kim,1.00', 3, "5 QUOTE"),
    Case("unclosed quote as the last byte", HEAD + GOOD + b'200,Kim,"', 3, "5 QUOTE"),
    Case("unclosed, the next line quoted", amid(b'200,"Kim,1.00\n201,"Lee",1.00\n'), 5, "5 QUOTE"),
    Case("unclosed, closed on the next line", amid(b'200,"Kim,1.00\n201,Lee",1.00\n'), 5, inside=1),
    Case("closed on the next line with too few fields", amid(b'200,"Kim,1.00\n201"\n'), 4, "5 QUOTE 6 QUOTE"),
    Case("closed on the next line with too many", amid(b'200,Kim,"1.00\n201",Lee,1\n'), 4, "5 QUOTE 6 QUOTE"),
    Case("text behind the closing quote on the next line", amid(b'200,"Kim\nLee"x,1\n'), 4, "5 QUOTE 6 QUOTE"),
    Case("stray quotes behind a line break", amid(b'200,"Kim\nLee",x"1"\n'), 4, "5 QUOTE 6 QUOTE"),
    Case("unclosed, then a bad byte", amid(b'200,"Kim\n\xe9\nLee",1.00\n'), 4, "5 QUOTE 6 ENCODING 7 QUOTE"),
    Case("unclosed, then a lone CR", amid(b'200,"Kim\na\rb\nLee",1\n'), 4, "5 QUOTE 6 QUOTE 7 QUOTE"),
    Case("unclosed, then a record of two lines", amid(b'200,"Kim\n201,"L\nM",1\n'), 5, "5 QUOTE", inside=1),
    # one column
    Case("one column", b"sid\n1\n2\n\n3\n", 3, blanks=1, width=1),
    Case("one column, quoted empty is a record", b'sid\n""\n1\n\r\n""\n', 3, blanks=1, width=1),
    Case("one column, first line blank", b"\n1\n2\n", 2, blanks=1, width=1, skip=0),
    Case("one column, too many fields", b"sid\n1\n2,\n", 1, "3 FIELDS", width=1),
    Case("one column, byte order mark", b"\xef\xbb\xbf1\n", 1, width=1, skip=0),
    Case("one column, line breaks", b'sid\n"1\n\n2"\n"\n"\n3\n', 3, inside=3, width=1),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_line_has_its_class(case: Case) -> None:
    wanted = oracle.read(case.data, case.width, case.skip)
    for sizes, way in product(SIZES, WAYS):
        seen = account(case.data, case.width, case.skip, **sizes, **way)
        assert seen == wanted, (sizes, way)
    assert len(wanted.loaded) == case.loaded
    assert wanted.rejects == case.expected_rejects()
    assert (wanted.blanks, wanted.inside) == (case.blanks, case.inside)


def test_values_are_those_of_the_file() -> None:
    data = 'a,b,c\n001, Ñu ,"x, ""y"""\n"p\r\nq",,""\n'.encode()
    assert account(data, 3, skip=1).loaded == [(2, ("001", " Ñu ", 'x, "y"')), (3, ("p\r\nq", None, None))]


def test_lines_are_counted_from_where_the_stream_stands() -> None:
    stream = io.BytesIO(b"title\n\n" + HEAD + GOOD + b"bad\n")
    stream.readline()
    balance = Balance(physical=6)
    (block,) = read_blocks(stream, 3, columns(3), 2, balance, skip=2)
    assert block.line.to_list() == [4, 5, 6]
    assert block.rejects == [Reject(7, "FMT-FIELDS", "too few fields")]
    assert balance == Balance(physical=6, header=1, loaded=3, rejected=1, blank=1)
    assert balance.holds()


def test_balance_fails_if_a_line_is_missing() -> None:
    balance = Balance(physical=5)
    list(read_blocks(io.BytesIO(GOOD), 3, columns(3), 1, balance))
    assert not balance.holds()


def test_schema_must_fit_the_width() -> None:
    with pytest.raises(ValueError, match="2 columns for records of 3 fields"):
        next(read_blocks(io.BytesIO(GOOD), 3, columns(2), 1, Balance(physical=3)))


def test_reasons_quote_nothing_from_the_file() -> None:
    data = b'Secret\nSecret,"Secret\nSec"ret,,\nSecret,\xe9,\nSecret,\0,\nSec\rret,,\nSecret,,,\n'
    (block,) = read_blocks(io.BytesIO(data), 3, columns(3), 1, Balance(physical=7))
    assert len(block.rejects) == 7
    assert not any("ecr" in reject.reason for reject in block.rejects)


@pytest.mark.parametrize(
    ("cell", "padded"),
    [
        (b"Kim", False),
        (b"Kim Lee", False),
        (b" Kim", True),
        (b"Kim ", True),
        (b"\tKim", True),
        ("Kim\N{NO-BREAK SPACE}".encode(), True),
        (b'" Kim"', True),
        (b'"Kim "', True),
        (b'"Kim, Lee"', False),
        (b'"Kim\n"', True),
    ],
)
@pytest.mark.parametrize("column", [0, 1, 2])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_padded_columns_are_named(cell: bytes, padded: bool, column: int, line_end: bytes) -> None:
    row = [b"1", b"2", b"3"]
    row[column] = cell
    data = line_end.join([b"a,b,", b",,", b",".join(row), b"x,y,z", b""])
    (block,) = read_blocks(io.BytesIO(data), 3, columns(3), 1, Balance(physical=4))
    expected = {f"c{column}"} if padded else set()
    assert block.padded >= expected
    assert block.padded <= expected or block.inside


# Lines without end


def test_line_beyond_the_limit_is_rejected_and_the_next_is_read() -> None:
    for size in (20, 21, 22, 300):
        data = HEAD + GOOD + b"x" * (size - 4) + b",,,1\n" + TAIL
        wanted = oracle.read(data, 3, 1, limit=20)
        assert wanted.rejects == [(5, "FMT-FIELDS")]
        for sizes in SIZES:
            assert account(data, 3, 1, limit=20, **sizes) == wanted


def test_line_at_the_limit_is_loaded() -> None:
    line = b"x" * 16 + b",,1\n"
    for sizes in SIZES:
        assert len(account(HEAD + line + TAIL, 3, 1, limit=19, **sizes).loaded) == 2
        assert len(account(HEAD + line + TAIL, 3, 1, limit=18, **sizes).loaded) == 1


def test_record_of_several_lines_beyond_the_limit_is_rejected() -> None:
    data = HEAD + b'1,"' + b"a\n" * 6 + b'b",2\n' + TAIL
    for limit in range(15, 22):
        wanted = oracle.read(data, 3, 1, limit=limit)
        assert bool(wanted.inside) == (limit >= 19)
        for sizes in SIZES:
            assert account(data, 3, 1, limit=limit, **sizes) == wanted


class Endless(io.RawIOBase):
    """A line of so many bytes without a line end, none of which is held."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(len(buffer), self._left)
        buffer[:count] = b"," * count
        self._left -= count
        return count


def test_line_without_end_needs_no_more_memory_than_the_limit() -> None:
    balance = Balance(physical=1)
    stream = io.BufferedReader(Endless(200 << 20), 1 << 20)
    tracemalloc.start()
    (block,) = read_blocks(stream, 3, columns(3), 1, balance, block=1 << 20, limit=1 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert block.rejects == [Reject(1, "FMT-FIELDS", "line too long")]
    assert balance.holds()
    assert peak < 20 << 20


def test_line_of_5_mb_is_loaded() -> None:
    data = HEAD + b"1," + b"x" * 5_000_000 + b",3\n" + b"y" * 5_000_000 + b"\n" + TAIL
    seen = account(data, 3, 1, block=1 << 20)
    assert [line for line, _ in seen.loaded] == [2, 4]
    assert seen.rejects == [(3, "FMT-FIELDS")]


def test_rejects_come_in_portions() -> None:
    count = 2 * MOST_REJECTS + 5
    balance = Balance(physical=count + 1)
    blocks = list(read_blocks(io.BytesIO(b"1,2,3\n" + b"x\n" * count), 3, columns(3), 1, balance))
    assert [len(block.rejects) for block in blocks] == [MOST_REJECTS, MOST_REJECTS, 5]
    assert [reject.line for block in blocks for reject in block.rejects] == list(range(2, count + 2))
    assert [block.frame.height for block in blocks] == [1, 0, 0]
    assert balance.holds()


# Many lines


ROWS = [b"%d,Name%d,1.00\n" % (i, i) for i in range(300_000)]


def totals(lines: list[bytes], **sizes: int) -> tuple[int, list[Reject], Balance]:
    """Sum of column c0, rejects and balance of lines; c0 of a loaded row must be the number of its line less one."""
    balance = Balance(physical=b"".join(lines).count(b"\n"))
    total, rejects = 0, []
    for block in read_blocks(io.BytesIO(b"".join(lines)), 3, columns(3), 1, balance, **sizes):
        numbers = block.frame["c0"].cast(pl.Int64)
        assert (numbers == block.line - 1).all()
        total += int(numbers.sum())
        rejects += block.rejects
    assert balance.holds()
    return total, rejects, balance


def changed(**lines: bytes) -> list[bytes]:
    rows = list(ROWS)
    for name, line in lines.items():
        rows[int(name[1:])] = line
    return rows


@pytest.mark.parametrize("sizes", [{}, {"block": 1 << 20, "piece": 1 << 16}])
class TestManyLines:
    def test_three_bad_lines_cost_three_lines(self, sizes: dict[str, int]) -> None:
        lines = changed(_150000=b"150000,x\n", _200000=b"200000,\xe9,1\n", _250000=b"250000,x,1,2\n")
        total, rejects, _ = totals(lines, **sizes)
        assert [(r.line, r.rule_id) for r in rejects] == [
            (150001, "FMT-FIELDS"),
            (200001, "FMT-ENCODING"),
            (250001, "FMT-FIELDS"),
        ]
        assert total == sum(range(300_000)) - 600_000

    def test_lost_quote_costs_one_line(self, sizes: dict[str, int]) -> None:
        _, rejects, balance = totals(changed(_150000=b'150000,"x,1.00\n'), **sizes)
        assert rejects == [Reject(150001, "FMT-QUOTE", "unclosed quote")]
        assert balance.loaded == 299_999

    def test_quote_closed_10000_lines_later_costs_two(self, sizes: dict[str, int]) -> None:
        lines = changed(_150000=b'150000,"x,1.00\n', _160000=b'160000,x",1.00\n')
        _, rejects, balance = totals(lines, **sizes)
        assert rejects == [Reject(150001, "FMT-QUOTE", "unclosed quote"), Reject(160001, "FMT-QUOTE", "stray quote")]
        assert balance.loaded == 299_998

    def test_quotes_in_every_line(self, sizes: dict[str, int]) -> None:
        total, rejects, _ = totals(
            [row.replace(b"Name", b'"Name, ').replace(b",1.00", b'",1.00') for row in ROWS], **sizes
        )
        assert total == sum(range(300_000))
        assert not rejects

    def test_line_breaks_in_every_record(self, sizes: dict[str, int]) -> None:
        lines = [b'%d,"a\n""b"",\n",1.00\n' % (3 * i) for i in range(50_000)]
        total, rejects, balance = totals(lines, **sizes)
        assert total == 3 * sum(range(50_000))
        assert not rejects
        assert balance.inside == 100_000


# Categorical columns


def coded(size: int, name: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    return {"c0": pl.String, "c1": pl.Categorical(pl.Categories(name, "test_lines", CODE_TYPE)), "c2": pl.String}


def test_categorical_columns() -> None:
    data = HEAD + b'1,01,x\n2,"02",x\n3,,x\n4,"",x\n5,"0\n1",x\n6,01,x\n'
    (block,) = read_blocks(io.BytesIO(data), 3, coded(8, "plain"), 1, Balance(physical=8), skip=1)
    assert [isinstance(column, Coded) for column in block.columns.values()] == [False, True, False]
    assert block.frame["c1"].to_list() == ["01", "02", None, None, "0\n1", "01"]


def test_a_dictionary_with_too_many_texts_becomes_text_from_that_block_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_TEXTS", 255)
    few, many = b"1,01,x\n" * 1000, b"".join(b"2,%d,x\n" % i for i in range(1000))
    data = few + many + few
    seen = []
    balance = Balance(physical=3000)
    for block in read_blocks(io.BytesIO(data), 3, coded(8, "overflow"), 1, balance, block=len(few)):
        seen.append((not isinstance(block.columns["c1"], Coded), block.frame["c1"].to_list()))
    assert [value for _, values in seen for value in values] == ["01"] * 1000 + [str(i) for i in range(1000)] + [
        "01"
    ] * 1000
    texts = [text for text, _ in seen]
    assert not texts[0]
    assert texts[-1]
    assert texts == sorted(texts)
    assert balance.holds()


def test_disagreement_with_polars_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def loses_a_row(*args: object, **kwargs: object) -> pl.DataFrame:
        return pl.DataFrame(schema=columns(3))

    monkeypatch.setattr(pl, "read_csv", loses_a_row)
    with pytest.raises(RuntimeError, match="3 records that were judged good from line 2 on"):
        list(read_blocks(io.BytesIO(HEAD + GOOD), 3, columns(3), 1, Balance(physical=4), skip=1))


def test_message_of_polars_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **kwargs: object) -> pl.DataFrame:
        raise pl.exceptions.ComputeError("could not parse `Secret`")

    monkeypatch.setattr(pl, "read_csv", fails)
    with pytest.raises(RuntimeError) as caught:
        list(read_blocks(io.BytesIO(HEAD + GOOD), 3, columns(3), 1, Balance(physical=4), skip=1))
    assert "Secret" not in str(caught.value)
    assert caught.value.__context__ is None
