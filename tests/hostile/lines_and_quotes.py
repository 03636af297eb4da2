"""Quotes, fields and line ends."""

from audit.errors import NO_VERDICT
from tests.hostile.entries import FAULT, HEADER, Entry, fault, lines, row

_TWENTY = '"' + "\n" * 19 + '"'
_MORE = '"' + "\n" * 20 + '"'

ENTRIES = [
    Entry(
        "a stray quote inside a field",
        lines(row(2), row(3, grade='0"5'), fault(4)),
        [("FMT-QUOTE", 3), (FAULT, 4)],
        [2, 4],
    ),
    Entry(
        "text behind a closing quote",
        lines(row(2), row(3, grade='"0"5'), fault(4)),
        [("FMT-QUOTE", 3), (FAULT, 4)],
        [2, 4],
    ),
    Entry(
        "a quote that is never closed",
        lines(row(2), row(3, grade='"05'), *(fault(n) for n in range(4, 40))),
        [("FMT-QUOTE", 3), *((FAULT, n) for n in range(4, 40))],
        [2, *range(4, 40)],
    ),
    Entry(
        "a quote that is closed far below",
        lines(row(2), row(3, grade='"05'), *(fault(n) for n in range(4, 60)), row(60, grade='05"'), fault(61)),
        [("FMT-QUOTE", 3), *((FAULT, n) for n in range(4, 60)), ("FMT-QUOTE", 60), (FAULT, 61)],
        [2, *range(4, 60), 61],
    ),
    Entry(
        "an unclosed quote on the last line",
        lines(fault(2), row(3, type='"99').strip()),
        [(FAULT, 2), ("FMT-QUOTE", 3)],
        [2],
    ),
    Entry(
        "a quote alone on a line", lines(fault(2), '"', fault(4)), [(FAULT, 2), ("FMT-QUOTE", 3), (FAULT, 4)], [2, 4]
    ),
    Entry("nothing but quotes", lines('""""""""', fault(3)), [("FMT-FIELDS", 2), (FAULT, 3)], [3]),
    Entry("every field in quotes", lines(",".join(f'"{c}"' for c in fault(2).split(","))), [(FAULT, 2)], [2]),
    Entry("empty, and empty in quotes", lines(row(2, exit='""', type='""'), fault(3)), [(FAULT, 3)], [2, 3]),
    Entry("quotes that are doubled in a value", lines(row(2, type='"9""9"'), fault(3)), [(FAULT, 3)], [2, 3]),
    Entry("quotes of a word processor", lines(row(2, type="“99”"), fault(3)), [(FAULT, 3)], [2, 3]),
    Entry("single quotes around a comma", lines(row(2, type="'9,9'"), fault(3)), [("FMT-FIELDS", 2), (FAULT, 3)], [3]),
    Entry("a record of twenty lines", lines(row(2, type=_TWENTY), fault(22)), [(FAULT, 22)], [2, 22]),
    Entry(
        "a record of more than twenty lines",
        lines(row(2, type=_MORE), fault(23)),
        [("FMT-QUOTE", 2), ("FMT-QUOTE", 22), (FAULT, 23)],
        [23],
    ),
    Entry("too few fields", lines(row(2), "###000003,x", fault(4)), [("FMT-FIELDS", 3), (FAULT, 4)], [2, 4]),
    Entry("too many fields", lines(row(2), row(3) + ",x", fault(4)), [("FMT-FIELDS", 3), (FAULT, 4)], [2, 4]),
    Entry("an empty field too many", lines(row(2), row(3) + ",", fault(4)), [("FMT-FIELDS", 3), (FAULT, 4)], [2, 4]),
    Entry(
        "a comma in a value without quotes", lines(row(2, grade="0,5"), fault(3)), [("FMT-FIELDS", 2), (FAULT, 3)], [3]
    ),
    Entry(
        "semicolons in place of commas",
        lines(row(2), fault(3)).replace(",", ";"),
        [("FMT-HEADER", 1)],
        status=NO_VERDICT,
    ),
    Entry(
        "tabs in place of commas", lines(row(2), fault(3)).replace(",", "\t"), [("FMT-HEADER", 1)], status=NO_VERDICT
    ),
    Entry(
        "rows of another delimiter than the header",
        lines(row(2).replace(",", ";"), fault(3)),
        [("FMT-FIELDS", 2), (FAULT, 3)],
        [3],
    ),
    Entry("a row of commas only", lines("," * HEADER.count(","), fault(3)), [(FAULT, 2, ""), (FAULT, 3)], None),
    Entry("blank lines everywhere", f"\n\r\n{HEADER}\n\n{fault(5)}\n\n\n{row(8)}\n\n", [(FAULT, 5)], [5, 8]),
    Entry("a line of blanks", lines(row(2), "   ", fault(4)), [("FMT-FIELDS", 3), (FAULT, 4)], [2, 4]),
    Entry("CRLF", lines(row(2), fault(3), end="\r\n"), [(FAULT, 3)], [2, 3]),
    Entry("line ends of two kinds", f"{HEADER}\r\n{row(2)}\n{fault(3)}\r\n{row(4)}", [(FAULT, 3)], [2, 3, 4]),
    Entry("no end of the last line", lines(row(2), fault(3)).rstrip("\n"), [(FAULT, 3)], [2, 3]),
    Entry(
        "carriage returns only", lines(row(2), fault(3), end="\r"), [(FAULT, 3)], [2, 3], says="lone carriage returns"
    ),
    Entry(
        "a lone carriage return in a line", lines(row(2, grade="0\r5"), fault(3)), [("FMT-QUOTE", 2), (FAULT, 3)], [3]
    ),
    Entry("two carriage returns at a line end", lines(row(2) + "\r\r", fault(3)), [("FMT-QUOTE", 2), (FAULT, 3)], [3]),
    Entry("a carriage return in quotes", lines(row(2, type='"\r"'), fault(3)), [("FMT-QUOTE", 2), (FAULT, 3)], [3]),
    Entry(
        "vertical tab, form feed and the like end no line",
        lines(row(2, type="\v\f\x1c\x85\u2028"), fault(3)),
        [(FAULT, 3)],
        [2, 3],
    ),
]
