"""What an entry of the corpus says, and the rows that entries are made of.

An entry is one input with something wrong, in a folder of its own that is named by its number. Its rows carry that
number (``###`` in what is written below) and the line on which they stand in their student id, so that a row that is
lost, moved or changed is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.errors import FINDINGS

SCHOOL = "010010010260001"
HEADER = (
    "sid,home_rcdts,serving_rcdts,school_year,enrollment_date,entry_grade_level,percent_day_attended,exit_date,"
    "exit_type_code"
)
MARK = "###"
#: The rule that a planted fault breaks: it is found wherever the row was read.
FAULT = "IL-ENR-010"

Make = Callable[[Path, int], object]


@dataclass(frozen=True)
class Entry:
    """One input. ``make``: the bytes of ``file``, or what writes into the entry's folder (folder, number).

    ``status``: how a run over it ends. ``found``: rule, line and, where it matters, value of each finding of the
    families FMT and of the planted fault; no others may be there (None: there are many). ``checked``: the lines whose
    rows were read, each with the student id that was written; None where rows carry no such id. ``says``: a part of
    what is told of it in notices and messages. ``pack``: what the bytes go through at last. ``inputs``: the files that
    it consists of.
    """

    name: str
    make: bytes | str | Make
    found: Sequence[tuple[Any, ...]] | None = ()
    checked: Sequence[int] | None = ()
    status: int = FINDINGS
    file: str = "enrollment.csv"
    says: str = ""
    pack: Callable[[bytes], bytes] | None = None
    inputs: int = 1

    def write(self, folder: Path, number: int) -> None:
        folder.mkdir()
        if callable(self.make):
            self.make(folder, number)
            return
        content = stamped(self.make.encode() if isinstance(self.make, str) else self.make, number)
        (folder / self.file).write_bytes(self.pack(content) if self.pack else content)


def stamped(content: bytes, number: int) -> bytes:
    """The bytes with the entry's number in place of its mark, in whatever encoding."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        content = content.replace(MARK.encode(encoding), f"{number:03}".encode(encoding))
    return content


def sid(line: int) -> str:
    return f"{MARK}{line:06}"


def row(line: int, pda: str = "1.00", **cells: str) -> str:
    """A row of enrollment for this line, without a fault unless one is given."""
    usual = {
        "sid": sid(line), "home": SCHOOL, "serving": SCHOOL, "year": "2019", "date": "2018-08-20", "grade": "05",
        "pda": pda, "exit": "", "type": "",
    }  # fmt: skip
    assert cells.keys() <= usual.keys()
    return ",".join({**usual, **cells}.values())


def fault(line: int) -> str:
    """A row with the planted fault."""
    return row(line, "1.50")


def lines(*rows: str, end: str = "\n") -> str:
    """A file of enrollment: header and rows. What stands in line 2 is the first of ``rows``."""
    return end.join((HEADER, *rows, ""))
