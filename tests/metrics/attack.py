"""What a reader can work out from publication files: an attack by subtraction, written without a look at the defence.

A reader knows that districts add up to the state, schools to their district, and the groups of every subgroup to the
whole; that a hidden denominator is one at least; and that a numerator is no larger than its denominator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FIGURES = ("denominator", "numerator")
#: A row of the files: level, code, subgroup, value, and the two counts as they are (None: hidden).
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Told:
    level: str
    code: str
    subgroup: str
    value: str
    numerator: int | None
    denominator: int | None

    @property
    def key(self) -> Key:
        return self.code, self.subgroup, self.value


def worked_out(rows: Sequence[Told], district: int) -> dict[tuple[str, Key], int]:
    """Hidden figures that can be only one number, and that number. ``district``: length of a district's code."""
    sums = _sums(rows, district)
    bounds: dict[str, dict[Key, tuple[int, int | None]]] = {}
    for figure in FIGURES:
        known: dict[Key, tuple[int, int | None]] = {}
        for row in rows:
            count = getattr(row, figure)
            most = bounds["denominator"][row.key][1] if figure == "numerator" else None
            known[row.key] = (count, count) if count is not None else (int(figure == "denominator"), most)
        equations = [({whole: Fraction(1), **{p: Fraction(-1) for p in parts}}, Fraction(0)) for whole, parts in sums]
        bounds[figure] = _narrowed(known, [*equations, *_eliminated(known, equations)])
    hidden = [(f, row.key) for f in FIGURES for row in rows if getattr(row, f) is None]
    return {(f, k): low for f, k in hidden for low, high in [bounds[f][k]] if low == high}


def _sums(rows: Sequence[Told], district: int) -> list[tuple[Key, list[Key]]]:
    """Wholes and the parts that they are the sum of. What no file has is nothing."""
    found = []
    for whole in rows:
        inside = {"state": "district", "district": "school"}.get(whole.level)
        parts = [
            r.key
            for r in rows
            if r.level == inside
            and (r.subgroup, r.value) == (whole.subgroup, whole.value)
            and (whole.level == "state" or r.code[:district] == whole.code)
        ]
        if inside:
            found.append((whole.key, parts))
        if not whole.subgroup:
            for subgroup in {r.subgroup for r in rows if r.subgroup}:
                found.append((whole.key, [r.key for r in rows if r.code == whole.code and r.subgroup == subgroup]))
    return found


Equation = tuple[dict[Key, Fraction], Fraction]


def _eliminated(known: dict[Key, tuple[int, int | None]], equations: Sequence[Equation]) -> list[Equation]:
    """The equations solved for one hidden figure after the other (Gauss and Jordan)."""
    rows: list[Equation] = []
    for terms, total in equations:
        rest, right = {}, total
        for key, factor in terms.items():
            low, high = known[key]
            if low == high:
                right -= factor * low
            else:
                rest[key] = factor
        rows.append((rest, right))
    done: list[Equation] = []
    while rows:
        terms, right = rows.pop()
        if not terms:
            continue
        pivot = min(terms)
        scale = terms[pivot]
        terms, right = {k: v / scale for k, v in terms.items()}, right / scale

        def without(
            equation: Equation, pivot: Key = pivot, terms: dict[Key, Fraction] = terms, right: Fraction = right
        ) -> Equation:
            factor = equation[0].get(pivot, Fraction(0))
            if not factor:
                return equation
            keys = set(equation[0]) | set(terms)
            new = {k: equation[0].get(k, Fraction(0)) - factor * terms.get(k, Fraction(0)) for k in keys}
            return {k: v for k, v in new.items() if v}, equation[1] - factor * right

        rows, done = [without(e) for e in rows], [*(without(e) for e in done), (terms, right)]
    return done


def _narrowed(
    known: dict[Key, tuple[int, int | None]], equations: Sequence[Equation]
) -> dict[Key, tuple[int, int | None]]:
    """Least and most of each figure, narrowed by every equation until nothing changes."""
    bounds = dict(known)
    changed = True
    while changed:
        changed = False
        for terms, right in equations:
            for key, factor in terms.items():
                least, most = _rest({k: v for k, v in terms.items() if k != key}, bounds)
                ends = [None if end is None else (right - end) / factor for end in (most, least)]
                low, high = ends if factor > 0 else ends[::-1]
                old = bounds[key]
                new_low = old[0] if low is None else max(old[0], -(-low.numerator // low.denominator))
                new_high = old[1] if high is None else min(x for x in (old[1], high.__floor__()) if x is not None)
                if (new_low, new_high) != old:
                    bounds[key], changed = (new_low, new_high), True
    return bounds


def _rest(
    terms: dict[Key, Fraction], bounds: dict[Key, tuple[int, int | None]]
) -> tuple[Fraction | None, Fraction | None]:
    least: Fraction | None = Fraction(0)
    most: Fraction | None = Fraction(0)
    for key, factor in terms.items():
        low, high = bounds[key]
        ends = (low, high) if factor > 0 else (high, low)
        least = None if least is None or ends[0] is None else least + factor * ends[0]
        most = None if most is None or ends[1] is None else most + factor * ends[1]
    return least, most
