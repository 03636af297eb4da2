"""The compiled loop over the lines of a large file: 64 bytes are searched at once, each field is looked at once.

It takes plain lines only (``audit.read.compiled`` sees to that): no quotes, no NUL, no carriage return but before a
line feed. Fields are told apart by their first 32 bytes and their length.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from audit.read.judge import Verdict

#: Entries that the dictionary of a column holds, and the number that stands for an empty field.
MOST_ENTRIES = 65_535
EMPTY = np.uint16(65_535)
#: Places of a hash table: twice as many as there are entries.
SLOTS = 1 << 17
#: Longest field that a dictionary holds.
LONGEST = 32
#: Bytes of a text that a view of it holds itself.
INLINE = 12

_ONE, _BYTE, _RETURN = np.uint64(1), np.uint64(0xFF), np.uint64(13)
_SPREAD, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
_FIRST_INK, _INKS = np.uint64(0x21), np.uint64(0x7E - 0x21)
_NOTHING = np.uint64(0)
_SLOT = np.uint64(SLOTS - 1)
_FEW, _MANY, _LONG = np.uint8(Verdict.FEW), np.uint8(Verdict.MANY), np.uint8(Verdict.LONG)
_BLANK = np.uint8(Verdict.BLANK)
_NO_RUN = np.iinfo(np.uint32).max
#: Keeps the first n bytes of a word.
_KEEP = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)

#: What is compiled is kept beside the module, as Python keeps its own, or not at all: nowhere else is written to.
_KEPT = os.access(Path(__file__).parent, os.W_OK)


#: Bytes that are searched at once: as many as a word has bits.
SEARCHED = 64


def _search(bytes_: bytes, beyond_ascii: bool = False):  # type: ignore[no-untyped-def]
    """A function of ``words`` and a place: which of the bytes from there on are one of the given, a bit each.

    In LLVM's words, as numba has none for it: it becomes what the processor has for many bytes at once.
    """

    @intrinsic
    def found(context, words, place):  # type: ignore[no-untyped-def]
        def generate(context, builder, signature, given):  # type: ignore[no-untyped-def]
            text = context.make_array(signature.args[0])(context, builder, given[0]).data
            vector = ir.VectorType(ir.IntType(8), SEARCHED)
            start = builder.add(builder.ptrtoint(text, ir.IntType(64)), given[1])
            read = builder.load(builder.inttoptr(start, vector.as_pointer()), align=1)
            marks = ir.Constant(ir.VectorType(ir.IntType(1), SEARCHED), None)
            for byte in bytes_:
                same = builder.icmp_unsigned("==", read, ir.Constant(vector, [byte] * SEARCHED))
                marks = builder.or_(marks, same)
            if beyond_ascii:
                marks = builder.or_(marks, builder.icmp_signed("<", read, ir.Constant(vector, None)))
            return builder.bitcast(marks, ir.IntType(SEARCHED))

        return types.uint64(words, types.int64), generate

    return found


_commas, _feeds = _search(b","), _search(b"\n")
_odd, _beyond = _search(b'"\r\0', beyond_ascii=True), _search(b"", beyond_ascii=True)


@intrinsic
def _first(context, marks):  # type: ignore[no-untyped-def]
    """The number of the lowest bit that is set."""

    def generate(context, builder, signature, given):  # type: ignore[no-untyped-def]
        return builder.cttz(given[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


@intrinsic
def _number(context, marks):  # type: ignore[no-untyped-def]
    """How many bits are set."""

    def generate(context, builder, signature, given):  # type: ignore[no-untyped-def]
        return builder.ctpop(given[0])

    return types.uint64(types.uint64), generate


@njit(cache=_KEPT, nogil=True)
def count_feeds(words, size):  # type: ignore[no-untyped-def]
    """The line feeds of ``size`` bytes, whole SEARCHED, and whether something is beyond ASCII. ``words``: of these."""
    beyond, feeds = _NOTHING, _NOTHING
    for place in range(0, size, SEARCHED):
        beyond |= _beyond(words, place)
        feeds += _number(_feeds(words, place))  # type: ignore[call-arg]
    return np.int64(feeds), beyond != _NOTHING


@njit(cache=_KEPT, nogil=True)
def look(words, size):  # type: ignore[no-untyped-def]
    """Whether ``size`` bytes have a quote, a carriage return, a NUL or something beyond ASCII; and their line feeds.

    ``words``: as for ``scan``.
    """
    whole = size - size % SEARCHED
    odd, feeds = _NOTHING, _NOTHING
    for place in range(0, whole, SEARCHED):
        odd |= _odd(words, place)
        feeds += _number(_feeds(words, place))  # type: ignore[call-arg]
    text = (_ONE << np.uint64(size - whole)) - _ONE  # the bits from there on are of what follows the text
    odd |= _odd(words, whole) & text
    feeds += _number(_feeds(words, whole) & text)  # type: ignore[call-arg]
    return odd != _NOTHING, np.int64(feeds)


@njit(cache=_KEPT, nogil=True, inline="always")
def _part(words, start, length, nth):  # type: ignore[no-untyped-def]
    """The nth eight bytes of a field, zeros behind its end."""
    left = length - 8 * nth
    if left <= 0:
        return _NOTHING
    word = words[start + 8 * nth]
    return word if left >= 8 else word & _KEEP[left]


@njit(cache=_KEPT, nogil=True)
def scan(  # type: ignore[no-untyped-def]
    words,
    size,
    limit,
    dictionary,
    view,
    slots,
    entries,
    counts,
    codes,
    views,
    filled,
    lines,
    bad_lines,
    verdicts,
    padded,
):
    """Read the lines of ``size`` bytes, the last of which is a line feed. One of more than ``limit`` bytes is bad.

    ``words``: the eight bytes from each byte on; BEHIND follows the text. ``dictionary``, ``view``: for each column the
    number of its dictionary or of its views; the other is -1. ``slots``, ``entries`` (four parts, length, where the
    text was first seen), ``counts``: the dictionaries, which grow. Filled: ``codes`` and ``views`` (as Arrow has them)
    with ``filled``, ``lines``: the line (0 = first) of each row; ``bad_lines`` with ``verdicts``; ``padded``: columns
    in which a field may begin or end with white space.
    Returns the number of rows, of bad lines, and the column whose dictionary is full (-1: none; then nothing counts).
    """
    width = len(dictionary)
    ends = np.empty(width, np.int64)
    last = np.zeros((len(counts), 6), np.uint64)
    begin, line, row, bad = np.int64(0), 0, 0, 0
    place, base, marks, feeds = np.int64(0), np.int64(0), _NOTHING, _NOTHING
    while begin < size:
        fields, end, is_end = 0, begin, False
        while not is_end:
            while marks == _NOTHING:
                base = place
                feeds = _feeds(words, base)
                marks = _commas(words, base) | feeds
                place += SEARCHED
            bit = _first(marks)  # type: ignore[call-arg, var-annotated]
            is_end = (feeds >> bit) & _ONE != _NOTHING
            marks &= marks - _ONE
            end = base + np.int64(bit)
            if fields < width:
                ends[fields] = end
            fields += 1
        stop = end
        is_long = stop - begin > limit
        if stop > begin and words[stop - 1] & _BYTE == _RETURN:
            stop -= 1
        if stop == begin or fields != width or is_long:
            bad_lines[bad] = line
            verdicts[bad] = _LONG if is_long else _BLANK if stop == begin else _FEW if fields < width else _MANY
            bad += 1
        else:
            ends[width - 1] = stop
            start = begin
            for column in range(width):
                length = ends[column] - start
                number = dictionary[column]
                if length == 0:
                    if number >= 0:
                        codes[number, row] = EMPTY
                    else:
                        filled[view[column], row] = False
                        views[view[column], row, :] = 0
                    start += 1
                    continue
                edge = words[ends[column] - 1] & _BYTE
                one, two, three, four = words[start], _NOTHING, _NOTHING, _NOTHING
                if (one & _BYTE) - _FIRST_INK > _INKS or edge - _FIRST_INK > _INKS:
                    padded[column] = True
                if length < 8:
                    one &= _KEEP[length]
                elif length > 8:
                    two = _part(words, start, length, 1)
                if number < 0:
                    nth = view[column]
                    views[nth, row, 0] = length
                    views[nth, row, 1] = np.uint32(one)
                    if length <= INLINE:
                        views[nth, row, 2] = np.uint32(one >> _HALF)
                        views[nth, row, 3] = np.uint32(two)
                    else:
                        views[nth, row, 2] = 0
                        views[nth, row, 3] = np.uint32(start)
                    filled[nth, row] = True
                    start = ends[column] + 1
                    continue
                if length > 16:
                    if length > LONGEST:
                        return 0, 0, column
                    three = _part(words, start, length, 2)
                    four = _part(words, start, length, 3)
                size_of = np.uint64(length)
                if not (
                    last[number, 0] == one
                    and last[number, 4] == size_of
                    and last[number, 1] == two
                    and last[number, 2] == three
                    and last[number, 3] == four
                ):
                    mixed = (one ^ (two * _SPREAD) ^ ((three ^ (four << _ONE)) * _SPREAD) ^ size_of) * _SPREAD
                    slot = np.int64((mixed ^ (mixed >> _HALF)) & _SLOT)
                    code = slots[number, slot]
                    while code >= 0 and not (
                        entries[number, code, 0] == one
                        and entries[number, code, 1] == two
                        and entries[number, code, 2] == three
                        and entries[number, code, 3] == four
                        and entries[number, code, 4] == size_of
                    ):
                        slot = (slot + 1) & (SLOTS - 1)
                        code = slots[number, slot]
                    if code < 0:
                        code = counts[number]
                        if code == MOST_ENTRIES:
                            return 0, 0, column
                        counts[number] += 1
                        slots[number, slot] = code
                        entries[number, code, 0], entries[number, code, 1] = one, two
                        entries[number, code, 2], entries[number, code, 3] = three, four
                        entries[number, code, 4], entries[number, code, 5] = size_of, np.uint64(start)
                    last[number, 0], last[number, 1], last[number, 2], last[number, 3] = one, two, three, four
                    last[number, 4], last[number, 5] = size_of, np.uint64(code)
                codes[number, row] = np.uint16(last[number, 5])
                start = ends[column] + 1
            lines[row] = line
            row += 1
        line += 1
        begin = end + 1
    return row, bad, -1


@njit(cache=_KEPT, nogil=True)
def runs(views, filled, codes, begins):  # type: ignore[no-untyped-def]
    """How many runs of rows there are that hold the same text. ``views``: of each row, as Arrow has them, two words.

    Filled: ``codes``, the run of each row, the greatest number where it is not ``filled``; ``begins``: first rows.
    """
    count = 0
    for row in range(len(views)):
        if row == 0 or views[row, 0] != views[row - 1, 0] or views[row, 1] != views[row - 1, 1]:
            begins[count] = row
            count += 1
        codes[row] = count - 1 if filled[row] else _NO_RUN
    return count
