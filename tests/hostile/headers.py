"""First lines: column names, and line 1 of batch files."""

from audit.errors import CLEAN, NO_VERDICT
from tests.hostile.entries import FAULT, HEADER, MARK, SCHOOL, Entry, fault, lines, row
from tests.read.samples import batch, demographics

_DISTRICT = SCHOOL[:11]
_BATCH = "sent.txt"


def _sent(*rows: str, name: str = "Student Demographics", **line_1: object) -> str:
    return batch(name, *rows, **{"rcdt": _DISTRICT, **line_1})  # type: ignore[arg-type]


def _pupil(line: int, **cells: str) -> str:
    return demographics(sid=f"{MARK}{line:06}", home_rcdts=SCHOOL, serving_rcdts=SCHOOL, **cells)


def _faulty(line: int) -> str:
    return _pupil(line, pda="1.50")


def _header(text: str) -> str:
    return lines(row(2), fault(3)).replace(HEADER, text)


def _refused(name: str, content: str, says: str, file: str = "enrollment.csv", line: int | None = 1) -> Entry:
    return Entry(name, content, [("FMT-HEADER", line)], file=file, says=says, status=NO_VERDICT)


ENTRIES = [
    Entry("a header and nothing below", HEADER + "\n", status=CLEAN),
    Entry("a header without line end", HEADER, status=CLEAN),
    Entry(
        "the header once more in the middle",
        lines(row(2), HEADER, fault(4)),
        [
            ("FMT-RCDTS", 3),
            ("FMT-RCDTS", 3),
            ("FMT-NUMBER", 3),
            ("FMT-DATE", 3),
            ("FMT-CODE", 3),
            ("FMT-NUMBER", 3),
            ("FMT-DATE", 3),
            (FAULT, 4),
        ],
        None,
    ),
    Entry(
        "columns in another order",
        "\n".join(",".join(reversed(line.split(","))) for line in lines(row(2), fault(3)).splitlines()) + "\n",
        [(FAULT, 3)],
        [2, 3],
    ),
    Entry("quoted column names", _header(",".join(f'" {c} "' for c in HEADER.split(","))), [(FAULT, 3)], [2, 3]),
    _refused("no header", f"{row(1)}\n{fault(2)}\n", "No column"),
    _refused("a column twice", _header(HEADER.replace("exit_type_code", "exit_date")), "stands twice"),
    _refused("a column under its old and its new name", _header(HEADER.replace("exit_date", "FTE")), "stands twice"),
    _refused("an unknown column twice", _header("sid,x,x,a,b,c,d,e,f"), "stands twice"),
    _refused("column names of rubbish", _header("\x01,\x02,\x03,\x04,\x05,\x06,\x07,\x08,\x0e"), "No column"),
    _refused("no column name at all", _header("," * 8), "no header"),
    _refused("an unclosed quote in the header", _header('sid,"home_rcdts'), "malformed quotes"),
    _refused("a header of more than 20 lines", _header('sid,"home' + "\n" * 30 + '"'), "more than 20 lines"),
    _refused("a header that is a document", "<html><body>Session expired</body></html>\n", "No column"),
    _refused("a header that is JSON", '{"sid": "1"}\n', "malformed quotes|No column"),
    Entry(
        "columns named by SQL, quotes and markup",
        lines(row(2) + ",a,b,c,d,e,f", fault(3) + ",a,b,c,d,e,f").replace(
            HEADER,
            HEADER + ',"x""; drop table enrollment; --",\'; drop table student; --,<script>alert(1)</script>,'
            '"a\nb",=1+1,\x1b[31mred',
        ),
        [(FAULT, 4)],
        None,
    ),
    Entry(
        "columns named as the program names its own",
        lines(row(2) + ",1,2,3,4", fault(3) + ",1,2,3,4").replace(
            HEADER, HEADER + ",_row,_file,_line,__index_level_0__"
        ),
        [(FAULT, 3)],
        [2, 3],
    ),
    Entry(
        "unknown names that look alike once they can be shown",
        lines(row(2) + ",1,2,3", fault(3) + ",1,2,3").replace(HEADER, HEADER + ",a\x01,a\x02,a\u200b"),
        [(FAULT, 3)],
        [2, 3],
    ),
    Entry(
        "a column name of 10,000 characters",
        lines(row(2) + ",1", fault(3) + ",1").replace(HEADER, HEADER + "," + "x" * 10_000),
        [(FAULT, 3)],
        [2, 3],
    ),
    Entry("names in other letters and with blanks", _header(HEADER.upper().replace(",", " , ")), [(FAULT, 3)], [2, 3]),
    # -----------------------------------------------------------------------------------------------------------------
    Entry(
        "line 1 announces too many",
        _sent(_pupil(2), _faulty(3), count=5),
        [("FMT-COUNT", 1, "5"), (FAULT, 3)],
        [2, 3],
        file=_BATCH,
    ),
    Entry(
        "line 1 announces too few",
        _sent(_pupil(2), _faulty(3), count=1),
        [("FMT-COUNT", 1, "1"), (FAULT, 3)],
        [2, 3],
        file=_BATCH,
    ),
    _refused("line 1 announces a word", _sent(_faulty(2), count="two"), "number of records", _BATCH),
    _refused("line 1 announces less than nothing", _sent(_faulty(2), count=-1), "number of records", _BATCH),
    _refused("line 1 announces 10^30", _sent(_faulty(2), count=10**30), "number of records", _BATCH),
    _refused("line 1 with a day that is none", _sent(_faulty(2), date="02/30/2018"), "date sent", _BATCH),
    _refused("line 1 with a district that is none", _sent(_faulty(2), rcdt="1.50163E+14"), "RCDT", _BATCH),
    _refused(
        "line 1 with four fields",
        "Student Demographics,1,11/30/2018,15016299025\n" + _faulty(2) + "\n",
        "five fields",
        _BATCH,
    ),
    _refused(
        "line 1 with seven fields",
        "Student Demographics,1,x,11/30/2018,15016299025,y,z\n" + _faulty(2) + "\n",
        "five fields",
        _BATCH,
    ),
    Entry(
        "line 1 with commas behind it",
        _sent(_pupil(2), _faulty(3)).replace(_DISTRICT + "\n", _DISTRICT + ",,,,,,\n", 1),
        [(FAULT, 3)],
        [2, 3],
        file=_BATCH,
    ),
    _refused("line 1 of an unknown type", _sent(_faulty(2), name="Student Dreams"), "not known", _BATCH),
    _refused("line 1 of another layout", _sent(_faulty(2), name="Homeless"), "fields|positions", _BATCH),
    Entry(
        "a row of another layout",
        _sent(_pupil(2), "a,b,c", _faulty(4)),
        [("FMT-FIELDS", 3), (FAULT, 4)],
        [2, 4],
        file=_BATCH,
    ),
    Entry(
        "a row with a column too many",
        _sent(_pupil(2), _pupil(3) + ",x", _faulty(4)),
        [("FMT-FIELDS", 3), (FAULT, 4)],
        [2, 4],
        file=_BATCH,
    ),
    _refused(
        "all rows with three columns too many", _sent(_pupil(2) + ",x,y,z", _faulty(3) + ",x,y,z"), "fields", _BATCH
    ),
    Entry(
        "line 1 once more in the middle",
        _sent(_pupil(2), "Student Demographics,1,x,11/30/2018,15016299025", _faulty(4)),
        [("FMT-FIELDS", 3), (FAULT, 4)],
        [2, 4],
        file=_BATCH,
    ),
    Entry(
        "line 1 with a file name that leads elsewhere",
        _sent(_pupil(2), _faulty(3), name="../../../etc/passwd<script>").replace(
            "../../../etc/passwd<script>,2,", "Student Demographics,2,../../etc/passwd<script>"
        ),
        [(FAULT, 3)],
        [2, 3],
        file=_BATCH,
        says="another file name",
    ),
    Entry("line 1 and nothing below", _sent(), status=CLEAN, file=_BATCH),
    _refused("line 1 announces rows, and nothing below", _sent(count=7), "No row", _BATCH),
]
