"""Cells that are no value, or a value that some program would run."""

from tests.hostile.entries import FAULT, Entry, fault, lines, row

_NO_DAYS = (
    "02/30/2018", "13/01/2018", "2018-02-29", "2018-13-01", "0001-01-01", "9999-12-31", "20180820", "08/20/18",
    "8-20-2018", "2018/08/20", "2018-08-20T23:59:59", "２０１８-08-20", "tomorrow", "43332", "2018-08-20; drop table x",
)  # fmt: skip
_NO_NUMBERS = (
    "1e5", "NaN", "inf", "-inf", "0x1F", "1.2.3", "--1", "+1", "１", "½", ".", "-", "1_000", "50%", "$1", "1 000",
    "9" * 5000, "0." + "1" * 12, "null", "=1+1",
)  # fmt: skip
_NO_SCHOOLS = (
    "../../../../x", "/etc/passwd", "1.00100E+13", "10010010260001", "01001001026000１", "01-001-0010-26-0001",
    "'; drop table x", "C:\\Windows\\xyz", "..............\u202e", "<b>01001001026</b>",
)  # fmt: skip
_ODD_CODES = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "+1-1",
    "<script>alert(1)</script>",
    "'; drop table zwick; --",
    "\x1b[31m",
    "\u202e",
    "${jndi:x}",
    "{{7*7}}",
    "%s%n",
)
_ODD_SIDS = (
    "918 273 645",
    " 918273645 ",
    "9.18273645E+08",
    "９１８２７３６４５",
    "918\u200b273645",
    "'918273645",
    "=918273645",
    "0",
    "-1",
    "9" * 4000,
)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _each(name: str, column: str, cells: tuple[str, ...], rule: str) -> Entry:
    """A row for each cell, then one with the planted fault."""
    rows = [row(n, **{column: _quoted(cell)}) for n, cell in enumerate(cells, 2)]
    last = len(cells) + 2
    found = [(rule, n, cell) for n, cell in enumerate(cells, 2)]
    return Entry(name, lines(*rows, fault(last)), [*found, (FAULT, last)], range(2, last + 1))


ENTRIES = [
    _each("days that are none", "exit", _NO_DAYS, "FMT-DATE"),
    _each("numbers that are none", "pda", _NO_NUMBERS, "FMT-NUMBER"),
    _each("numbers with the commas of other countries", "pda", ("0,5", "1,234.5", "1.234,5"), "FMT-NUMBER"),
    _each("schools that are none", "home", _NO_SCHOOLS, "FMT-RCDTS"),
    _each("school years that are none", "year", ("2018-2019", "2019.0", "2e3", "99999999999", "ⅯⅯⅩⅨ"), "FMT-NUMBER"),
    _each("grades that are none", "grade", ("K1", "５", "=05", "<05>"), "FMT-CODE"),
    Entry(
        "codes that a program would run, where any code is taken",
        lines(*(row(n, type=_quoted(code)) for n, code in enumerate(_ODD_CODES, 2)), fault(99)),
        [(FAULT, len(_ODD_CODES) + 2)],
        None,
    ),
    Entry(
        "student ids with blanks, zero-width, full-width and scientific ones",
        lines(*(row(n, "1.50", sid=_quoted(each)) for n, each in enumerate(_ODD_SIDS, 2))),
        [(FAULT, n) for n in range(2, len(_ODD_SIDS) + 2)],
        None,
    ),
    Entry("days that are empty", lines(row(2, exit="00/00/0000"), fault(3)), [(FAULT, 3)], [2, 3]),
    Entry(
        "an attendance of 50, of 1.0001, of -0, of less than nothing",
        lines(row(2, "50"), row(3, "1.0001"), row(4, "-0"), row(5, "-0.5"), row(6, "999999999")),
        [(FAULT, 2, "50"), (FAULT, 3, "1.0001"), (FAULT, 4, "0"), (FAULT, 5, "-0.5"), (FAULT, 6, "999999999")],
        range(2, 7),
    ),
]
