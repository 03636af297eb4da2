"""Files whose names are made to break what prints, stores or links them."""

import os
from pathlib import Path

from tests.hostile.entries import FAULT, Entry, fault, lines, row, stamped

_NAMES = (
    "a\nb", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "'; drop table runs; --", '"quoted"',
    "<script>alert(1)<\\script>", "<img src=x onerror=alert(1)>", "\u202egnp", "\u200b", "=cmd|' !A0'",
    "{{7*7}}%s$(id)`id`", "*?[a]", "%2e%2e%2f", " ", "[bold]x", "x" * 240, "\t", "é\u0301ﬀ", "😀", "..", "\\..\\..\\x",
)  # fmt: skip


def _named(part: str) -> Entry:
    return Entry(
        f"a file called {part[:40]!a}", lines(row(2), fault(3)), [(FAULT, 3)], [2, 3], file=f"enrollment-{part}.csv"
    )


def _shown_alike(folder: Path, number: int) -> None:
    """Two names that no terminal can show, and rows of new students that only their file and line tell apart."""
    for name, last in ((b"enrollment-\xe8.csv", row(3)), (b"enrollment-\xe9.csv", fault(3))):
        (folder / os.fsdecode(name)).write_bytes(stamped(lines(row(2, sid=""), last).encode(), number))


ENTRIES = [
    *map(_named, _NAMES),
    Entry("two files whose names are shown alike", _shown_alike, [(FAULT, 3)], None, inputs=2),
]
