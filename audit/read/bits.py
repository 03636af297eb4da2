"""Sets of byte positions as bits, 64 positions to a word (bit 0 of word 0 = first byte of the text).

Judging a line needs a handful of set operations per byte of a file. On one bit per byte they cost next to nothing,
where arrays of positions (8 bytes each) would cost as much as parsing the file.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.uint64]
Positions = npt.NDArray[np.int64]

_ONE, _TOP = np.uint64(1), np.uint64(63)


def pack(mask: npt.NDArray[np.bool_]) -> Bits:
    """The positions at which ``mask`` is true."""
    packed = np.packbits(mask, bitorder="little")
    padded = np.zeros(-(-len(mask) // 64) * 8, np.uint8)
    padded[: len(packed)] = packed
    return padded.view("<u8")


def at(positions: Positions, like: Bits) -> Bits:
    """A set of the size of ``like`` that holds ``positions``."""
    mask = np.zeros(len(like) * 64, np.bool_)
    mask[positions] = True
    return pack(mask)


def positions(bits: Bits) -> Positions:
    """The members of a set, ascending. Quick for a set with few members to a word."""
    words = np.flatnonzero(bits)
    members = np.flatnonzero(np.unpackbits(bits[words].view(np.uint8), bitorder="little").view(np.bool_))
    return (words[members >> 6] << 6) + (members & 63)


def behind(bits: Bits) -> Bits:
    """The positions directly behind a member; the first position of the text counts as one of them."""
    moved = bits << _ONE
    moved[1:] |= bits[:-1] >> _TOP
    moved[0] |= _ONE
    return moved


def before(bits: Bits) -> Bits:
    """The positions directly before a member."""
    moved = bits >> _ONE
    moved[:-1] |= bits[1:] << _TOP
    return moved


def odd(bits: Bits) -> Bits:
    """The positions up to which, they included, the number of members is odd."""
    parity = bits.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        parity ^= parity << np.uint64(shift)
    whole = parity >> _TOP
    earlier = np.bitwise_xor.accumulate(whole) ^ whole
    # 0 - 1 is a word of ones: it turns over every bit of a word that has an odd number of members before it
    return parity ^ (np.uint64(0) - earlier)


def ranks(bits: Bits, places: Positions) -> Positions:
    """How many members lie before each place or on it."""
    total = np.zeros(len(bits) + 1, np.int64)
    np.cumsum(np.bitwise_count(bits), out=total[1:])
    word = places >> 6
    # for bit 63 the shift yields 0, and 0 - 1 is the word of ones that is wanted
    upto = (np.uint64(2) << (places & 63).astype(np.uint64)) - _ONE
    return total[word] + np.bitwise_count(bits[word] & upto)


def steps(places: Positions, first: int) -> Positions:
    """How far each place lies behind the one before it, the first one behind ``first``."""
    apart = np.empty_like(places)
    apart[:1] = places[:1] - first
    np.subtract(places[1:], places[:-1], out=apart[1:])
    return apart
