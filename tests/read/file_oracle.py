"""What a file of students holds, told slowly and plainly from its bytes: encoding, line ends, header, lines, cells.

Lines and fields are those of ``tests.read.oracle``; the rest is written from the rules of reading alone.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass, field
from typing import Any

from tests.read import oracle

#: The columns that the files of these tests have.
COLUMNS = ("sid", "legal_last_name", "birth_date", "el_indicator")
KNOWN = {
    "sid", "sid_created_date", "legal_first_name", "legal_middle_name", "legal_last_name", "mothers_maiden_name",
    "birth_place_name", "birth_date", "gender_code", "race_code", "native_language_code", "home_language_code",
    "el_indicator", "idea_services_indicator", "private_school_student", "frl_indicator", "ses_indicator",
    "title_1_indicator", "century_21_indicator", "homeless_indicator", "migrant_indicator", "immigrant_indicator",
    "birth_to_3_indicator", "youth_in_care_indicator", "submitter_rcdt", "submitted_date",
}  # fmt: skip
ALIASES = {
    "ell": "el_indicator", "ell_indicator": "el_indicator", "iep_indicator": "idea_services_indicator",
    "idea_eligible": "idea_services_indicator",
}  # fmt: skip
#: What Unicode calls white space; Python's own ``strip`` takes four control characters more.
WHITE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
UNREADABLE = "unreadable"
YES_NO = {
    **dict.fromkeys(("01", "1", "yes", "y", "true"), "01"),
    **dict.fromkeys(("02", "2", "0", "00", "no", "n", "false"), "02"),
}  # fmt: skip


@dataclass
class Told:
    """``problem``: nothing of the file can be read. ``rows``: values by column, by line; UNREADABLE among them."""

    problem: bool = False
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    rejects: dict[int, str] = field(default_factory=dict)
    blanks: int = 0
    inside: int = 0
    header: int = 0


def read(data: bytes) -> Told:
    text = decoded(data)
    if text is None:
        return Told(problem=True)
    header = header_of(text)
    if header is None:
        return Told(problem=True)
    names, last = header
    account = oracle.read(text, len(names), last)
    rows = {
        line: {name: cell(name, value) for name, value in zip(names, fields, strict=True) if name in COLUMNS}
        for line, fields in account.loaded
    }
    return Told(False, rows, dict(account.rejects), account.blanks, account.inside, account.header)


def decoded(data: bytes) -> bytes | None:
    """The text as UTF-8, bytes that mean nothing left as they are; None if it is no text."""
    data, marked = data.removeprefix(b"\xef\xbb\xbf"), data.startswith(b"\xef\xbb\xbf")
    if not data or data.startswith((b"PK\x03\x04", b"PAR1")) or 4 * data.count(0) >= len(data):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if not marked and not MULTIBYTE.search(data):
            data = b"".join(in_windows(bytes([b])) for b in data)
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return data


def in_windows(byte: bytes) -> bytes:
    try:
        return byte.decode("cp1252").encode()
    except UnicodeDecodeError:
        return byte


def header_of(text: bytes) -> tuple[list[str], int] | None:
    """The names of the columns, by the table's own where there is one, and the last line of the header."""
    lines = oracle.physical_lines(text)
    first = next((n for n, line in enumerate(lines) if line not in (b"", b"\r")), None)
    if first is None:
        return None
    found, last = None, first
    while found is None and last < min(first + oracle.SPAN, len(lines)):
        last += 1
        if oracle.forbidden(lines[last - 1], 1 << 20):
            return None
        found = record(b"\n".join(lines[first:last]))
    if not isinstance(found, list):
        return None
    names = [re.sub(r"[\s-]+", "_", name.strip().lower()) for name in found]
    names = [ALIASES.get(name, name) for name in names]
    known = [name for name in names if name in KNOWN]
    plain = [n.strip().lower() for n, name in zip(found, names, strict=True) if name not in KNOWN and n.strip()]
    if not known or len(set(known)) < len(known) or len(set(plain)) < len(plain):
        return None
    return names, last


def record(lines: bytes) -> list[str] | str | None:
    """The fields of a header, None if it goes on. Python's own reader takes a quote amid a name for a part of it."""
    try:
        rows = list(csv.reader(io.StringIO(lines.decode() + "\n", newline=""), strict=True))
    except csv.Error as error:
        return None if "unexpected end" in str(error) else "malformed"
    return rows[0] if len(rows) == 1 else "malformed"


def cell(name: str, value: str | None) -> Any:
    value = (value or "").strip(WHITE)
    if not value:
        return None
    if name == "birth_date":
        return day(value)
    return YES_NO.get(value.lower(), UNREADABLE) if name == "el_indicator" else value


def day(value: str) -> dt.date | str | None:
    if value == "00/00/0000":
        return None
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]0?0:00(?::00)?)?", value, re.ASCII):
        year, month, date = map(int, found.groups())
    elif found := re.fullmatch(r"(\d\d?)/(\d\d?)/(\d{4})(?:[T ]0?0:00(?::00)?)?", value, re.ASCII):
        month, date, year = map(int, found.groups())
    else:
        return UNREADABLE
    try:
        return dt.date(year, month, date) if 1900 <= year <= 2099 else UNREADABLE
    except ValueError:
        return UNREADABLE


def write(rows: list[list[str]], end: str, quoting: Any) -> str:
    """Rows as CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue()
