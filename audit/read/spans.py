"""Records that run on over several lines, because a quoted field holds a line break."""

from __future__ import annotations

import numpy as np

from audit.read.judge import COMMA, CR, LF, QUOTE, Judged, Verdict

#: Lines that a record has at most.
SPAN = 20


def settle_open(body: bytes, judged: Judged, width: int, limit: int, final: bool) -> int:
    """Join the lines of each record whose quoted field goes on behind the line end.

    An OPEN line that begins such a record becomes GOOD and the record's other lines INSIDE. It stays OPEN if no record
    of ``width`` fields, at most SPAN lines and ``limit`` bytes begins there; then the lines behind it stand for
    themselves. Changes ``judged.verdicts``. Returns how many lines are settled: all, or (not if ``final``) those before
    a line whose record may go on behind the body.
    """
    verdicts, ends = judged.verdicts, judged.ends
    # lines with bytes that no record may have, and the end of the body
    barriers = np.append(np.flatnonzero(verdicts >= Verdict.STRAY_CR), len(ends))
    free = 0
    for first in np.flatnonzero(verdicts == Verdict.OPEN).tolist():
        if first < free:
            continue
        start = int(ends[first - 1]) + 1 if first else 0
        behind = min(first + SPAN, int(barriers[barriers.searchsorted(first)]))
        if ends[behind - 1] > start + limit:
            behind = first + int(ends[first:behind].searchsorted(start + limit, side="right"))
        verdict, fields, end = close_record(body, start, int(ends[behind - 1]) + 1)
        if verdict == Verdict.OPEN and behind == len(ends) and not final:
            return first
        if verdict == Verdict.GOOD and fields == width:
            free = first + body.count(b"\n", start, end) + 1
            verdicts[first] = Verdict.GOOD
            verdicts[first + 1 : free] = Verdict.INSIDE
    return len(ends)


def close_record(body: bytes, start: int, stop: int) -> tuple[Verdict, int, int]:
    """Follow the quotes of the record that begins at ``start``, in lines that end at ``stop``.

    Returns GOOD, the number of fields and the position of the LF that ends the record; or OPEN if a quoted field does
    not end before ``stop``; or BAD_QUOTE at the first quote in a wrong place.
    """
    commas = 0
    at = start
    while True:
        end = body.find(b"\n", at, stop)
        opening = body.find(b'"', at, end)
        if opening < 0:
            return Verdict.GOOD, commas + body.count(b",", at, end) + 1, end
        if opening > start and body[opening - 1] != COMMA:
            return Verdict.BAD_QUOTE, 0, 0
        commas += body.count(b",", at, opening)
        at = _behind_quoted(body, opening, stop)
        if not at:
            return Verdict.OPEN, 0, 0
        if body[at] not in (COMMA, LF, CR):
            return Verdict.BAD_QUOTE, 0, 0


def _behind_quoted(body: bytes, opening: int, stop: int) -> int:
    """The position behind the quote that closes a field (doubled quotes are part of it), 0 if none does."""
    closing = body.find(b'"', opening + 1, stop)
    while closing >= 0 and body[closing + 1] == QUOTE:
        closing = body.find(b'"', closing + 2, stop)
    return closing + 1
