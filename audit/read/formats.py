"""The format findings: what is wrong with a file, a line or a cell before any rule is asked.

Data of the engine, the same for every rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.rulebook import Severity


@dataclass(frozen=True)
class Format:
    """One family of findings that the engine makes itself.

    ``message``, ``expected`` and ``fix`` are for the person who repairs the file. ``found``: how, in a few words.
    """

    id: str
    title: str
    severity: Severity
    message: str
    expected: str
    fix: str
    kind: str = "format"
    section: str = "Reading"
    found: str = "while reading"


_ALL = (
    Format(
        "FMT-FILE",
        "File can't be read to its end",
        "error",
        "The file could not be read, so nothing can be said about what it holds.",
        "A file in UTF-8, UTF-16 with a byte order mark or Windows-1252, not empty and not damaged.",
        "Export the file again and replace it. Do not open and save it with a spreadsheet program in between.",
    ),
    Format(
        "FMT-HEADER",
        "First line does not say what the file holds",
        "error",
        "The first line does not fit the file, so none of its rows was read.",
        "Batch file: type, number of records, file name, date sent, RCDT of the district. Table: its column names.",
        "Correct the first line, or choose the right export; then check again.",
    ),
    Format(
        "FMT-COUNT",
        "Line 1 announces another number of records than the file holds",
        "warning",
        "The number of records on line 1 is not the number of rows in the file.",
        "The number of rows below line 1.",
        "Find out whether rows were lost or added after the export, then export again.",
    ),
    Format(
        "FMT-FIELDS",
        "Row has too few or too many fields",
        "error",
        "The row has too few or too many fields; it was rejected.",
        "As many fields as the file's other rows.",
        "Look for a comma inside a value that is not quoted, or a missing comma.",
    ),
    Format(
        "FMT-ENCODING",
        "Row is not readable text",
        "error",
        "The row holds bytes that are no text in the file's encoding; it was rejected.",
        "Text in the encoding of the rest of the file, without NUL characters.",
        "Type the damaged value again in the source system, or export the file as UTF-8.",
    ),
    Format(
        "FMT-QUOTE",
        "Quote in the wrong place or not closed",
        "error",
        "A quote stands in the wrong place or is not closed; the row was rejected.",
        "Quotes around whole fields only, a quote inside a field doubled.",
        "Remove the stray quote in the source system and export again.",
    ),
    Format(
        "FMT-DATE",
        "Date is no day of the calendar",
        "error",
        "The value is no date; rules that need it could not judge the row.",
        "A date as 2018-11-30 or 11/30/2018, in the years 1900 to 2099.",
        "Correct the date in the source system.",
    ),
    Format(
        "FMT-NUMBER",
        "Number is no number",
        "error",
        "The value is no number; rules that need it could not judge the row.",
        "Digits, with a decimal point where the column takes one; at most nine on either side of it.",
        "Correct the number in the source system; leave out thousands separators, units and percent signs.",
    ),
    Format(
        "FMT-RCDTS",
        "RCDTS is not well formed",
        "error",
        "The value is no RCDTS; rules that need it could not judge the row.",
        "15 characters: 8 digits, a digit or letter, 2 digits, 4 digits or letters (RCDT: the first 11).",
        "Look up the code of the school. A leading zero may have been lost in a spreadsheet program.",
    ),
    Format(
        "FMT-CODE",
        "Code is not on its list",
        "error",
        "The value is not on the column's code list; rules that need it could not judge the row.",
        "A code of the column's list.",
        "Correct the code in the source system.",
    ),
    Format(
        "FMT-PADDED",
        "Codes have lost their leading zeros",
        "info",
        "Leading zeros of codes in this column were restored; the count is the value.",
        "Codes with their leading zeros, as 01.",
        "Nothing to do for this check. Export without a spreadsheet program in between before you submit.",
    ),
    Format(
        "FMT-STUDENT-DIFFERS",
        "Record sent twice with different values",
        "warning",
        "The same record was sent more than once with different values; the last one was used.",
        "The same values in every row of the student.",
        "Correct the rows that are out of date, or send the record once.",
    ),
)

#: Rule id -> what it says.
FORMATS: Mapping[str, Format] = {f.id: f for f in _ALL}
