"""Rings: the search for what else must be hidden, so that a hidden figure can't be worked out.

What is hidden already may do: ``audit.proof`` says for which figures. The others are given a ring.

A ring is a change of the world that no published figure shows: a student less here, one more there, and the same in
every total and subgroup that counts them. The student is one of those who

* ``pass``: numerator and denominator change,
* ``fail``: the denominator changes,
* or one passes who failed and another the other way round (``swap``): the numerators change.

Two kinds of ring do: between two schools, with the wholes of both (``transfer``), or between two schools and two values
of one subgroup, the wholes as they were (``exchange``). If the schools lie in two districts, the districts' figures
change as theirs do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from audit.proof import EVERYONE, FIGURES, NEEDED, PROTECTED, Figure, Kind, Known, Proof, Slice, can_give, can_take

if TYPE_CHECKING:
    from audit.redact import Entity, Row

#: One row of a ring; true if it has one less afterwards.
Change = tuple["Row", bool]
#: A school, and another one that a student may come from or go to.
Pair = tuple["Entity", "Entity"]
#: Schools of other districts that are tried where more must be hidden: those with the fewest students.
TRIED = 8
#: Pairs of schools that are looked at.
LOOKED_AT = 60


def cost(ring: Iterable[Change], kind: Kind) -> tuple[int, int]:
    """How many figures a ring would hide that are shown yet, and their sum."""
    needed = NEEDED[kind]
    more = [row.count(needed) for row, _ in ring if needed not in row.hidden]
    return len(more), sum(more)


class Search:
    """Protects hidden figures of the entities under ``state``."""

    def __init__(self, state: Entity) -> None:
        self.entities = {e.code: e for d in state.children for e in (d, *d.children)}
        self.schools = sorted(
            (s for d in state.children for s in d.children if EVERYONE in s.rows),
            key=lambda s: (s.rows[EVERYONE].denominator, s.code),
        )
        #: by slice: first those of whom somebody passes, for they can give and take
        self.schools_with: dict[Slice, list[Entity]] = {}
        for school in self.schools:
            for key in school.rows:
                self.schools_with.setdefault(key, []).append(school)
        for key, schools in self.schools_with.items():
            schools.sort(key=lambda s: not s.rows[key].numerator)
        self.state = state
        self.proof = Proof(state)
        #: by level: how many entities have students of a slice
        self.having = {level: Counter[Slice]() for level in ("district", "school")}
        for entity in self.entities.values():
            self.having[entity.level].update(entity.rows.keys())
        self.given_away: dict[tuple[str, Slice, Figure], bool] = {}
        #: hidden figures that can't be worked out
        self.protected: Known = {figure: set() for figure in FIGURES}
        #: those that nothing near hides
        self.ringless: Known = {figure: set() for figure in FIGURES}
        #: these, and those that the state gives away
        self.lost: Known = {figure: set() for figure in FIGURES}

    def protect(self, rows: Sequence[Row]) -> None:
        """Hides what else it takes that no hidden figure can be worked out.

        A figure that has no ring is hidden with all that could be subtracted, unless the state's figure gives it away.
        """
        order = sorted(rows, key=lambda r: (r.subgroup != "", r.level == "school"))
        self._leave_given_away(order)
        self._prove(self._open(order))
        order = [row for row in order if not self._settled(row)]  # most are by now, and for good
        while open_ := self._open(order):
            without = [(row, figure) for row, figure in open_ if not self._ring(row, figure)]
            self._prove(without)
            for row, figure in without:
                if id(row) not in self.protected[figure]:
                    self._give_up(row, figure)
            self._leave_given_away(order)

    def _leave_given_away(self, rows: Sequence[Row]) -> None:
        for row, figure in self._open(rows):
            asked = row.level, row.slice, figure  # of a value the same holds for all entities of a level
            if not row.subgroup or asked not in self.given_away:
                self.given_away[asked] = self._given_away(self.entities[row.code], row.slice, figure)
            if self.given_away[asked]:
                self.lost[figure].add(id(row))

    def _prove(self, figures: Sequence[tuple[Row, Figure]]) -> None:
        """Asks for these figures, and with them for those without a ring: much has been hidden for their sake."""
        if figures:
            asked = self._unprotected()
            for row, figure in figures:
                asked[figure].add(id(row))
            self._protect(asked)

    def _unprotected(self) -> Known:
        return {figure: self.ringless[figure] - self.protected[figure] for figure in FIGURES}

    def _protect(self, asked: Known) -> None:
        for figure, rows in self.proof.proven(asked).items():
            self.protected[figure] |= rows

    def hide_whole(self, rows: Sequence[Row]) -> bool:
        """The last resort for figures without a ring: hides their districts as wholes, then all districts.

        Whether more was hidden.
        """
        self._protect(self._unprotected())
        lost = set[int]().union(*self._unprotected().values())
        named = {self._district(r) for r in rows if id(r) in lost}
        shown = [r for r in rows if "denominator" not in r.hidden] if lost else []
        chosen = [r for r in shown if self._district(r) in named] or shown
        for row in chosen:
            row.hide("denominator")
        return bool(chosen)

    def _district(self, row: Row) -> str:
        entity = self.entities[row.code]
        return entity.parent.code if entity.level == "school" and entity.parent else entity.code

    def _open(self, rows: Sequence[Row]) -> list[tuple[Row, Figure]]:
        """Hidden figures that are neither protected nor lost, denominators first."""
        return [
            (row, f)
            for f in FIGURES
            for row in rows
            if f in row.hidden and id(row) not in self.protected[f] and id(row) not in self.lost[f]
        ]

    def _settled(self, row: Row) -> bool:
        """Whether both figures are protected or lost, hidden or not."""
        return all(id(row) in self.protected[f] or id(row) in self.lost[f] for f in FIGURES)

    def _ring(self, row: Row, figure: Figure) -> bool:
        """Whether the figure is protected or there is a ring for it, which is hidden then."""
        if id(row) in self.protected[figure]:
            return True
        kinds: tuple[Kind, ...] = ("pass", "fail")
        if figure == "numerator":
            kinds = ("pass", "swap") if "denominator" in row.hidden else ("swap",)
        found = self._cheapest(self.entities[row.code], row.slice, kinds)
        if not found:
            return False
        ring, kind = found
        for changed, _ in ring:
            changed.hide(NEEDED[kind])
            for protected in PROTECTED[kind]:
                self.protected[protected].add(id(changed))
        return True

    def _give_up(self, row: Row, figure: Figure) -> None:
        self.ringless[figure].add(id(row))
        self.lost[figure].add(id(row))
        for beside in (row, *_beside(self.entities[row.code], row.slice)):
            beside.hide("denominator")

    def _given_away(self, entity: Entity, key: Slice, figure: Figure) -> bool:
        """Whether the state's own figure tells the entity's: nobody else has such students, or nobody passes."""
        if figure == "numerator" and not self.state.rows[key].numerator:
            return True
        having = self.having[entity.level]
        if having[key] == self.state.rows[key].denominator:  # one student each
            return figure == "denominator" or self.state.rows[key].numerator == having[key]
        if having[EVERYONE] == 1 or key[0]:
            return having[EVERYONE] == 1 or having[key] == 1
        return any(all(having[r.slice] == 1 for r in rows) for rows in entity.groups.values())

    def _cheapest(self, entity: Entity, key: Slice, kinds: Sequence[Kind]) -> tuple[list[Change], Kind] | None:
        """Of the rings that change the entity's row of that slice the one that hides least."""
        row = entity.rows[key]
        best: tuple[tuple[int, int], list[Change], Kind] | None = None
        tries = [(pairs, wholes) for wholes in (False, True) for pairs in self._pairs(entity, key)]
        for pairs, wholes in tries:
            tried = 0
            for one, other in pairs:
                found = False
                for kind in kinds:
                    for ring in _rings(one, other, key, kind, wholes):
                        if not any(changed is row for changed, _ in ring):
                            continue
                        found, price = True, cost(ring, kind)
                        if best is None or price < best[0]:
                            best = (price, ring, kind)
                        if not price[0]:
                            return ring, kind
                tried += found
                if tried == TRIED:
                    break
            if best:
                break
        return best and best[1:]

    def _pairs(self, entity: Entity, key: Slice) -> Iterator[Iterator[Pair]]:
        """Pairs of a school of the entity and another one, in the order in which they are worth trying.

        Within the district; with schools elsewhere where the figures are hidden already; with any.
        """
        ones = [entity] if entity.level == "school" else [s for s in entity.children if key in s.rows]
        if entity.level == "school" and entity.parent:
            yield islice(((entity, other) for other in entity.parent.children if other is not entity), LOOKED_AT)
        yield islice(self._away(ones, key, _hidden), LOOKED_AT)
        yield islice(self._away(ones, key, lambda other, key: True), LOOKED_AT)

    def _away(self, ones: Sequence[Entity], key: Slice, wanted: Callable[[Entity, Slice], bool]) -> Iterator[Pair]:
        """Pairs with schools of other districts that have the slice."""
        for one in ones:
            for other in self.schools_with[key]:
                if other.parent is not one.parent and wanted(other, key):
                    yield one, other


def _beside(entity: Entity, key: Slice) -> Iterator[Row]:
    """What the entity's row of that slice is added up with, below the state."""
    assert entity.parent
    yield from (e.rows[key] for e in entity.parent.children if key in e.rows)
    yield from (entity.rows[EVERYONE], *entity.groups[key[0]]) if key[0] else entity.rows.values()
    if entity.parent.level != "state":
        yield entity.parent.rows[key]


def _hidden(school: Entity, key: Slice) -> bool:
    assert school.parent
    return "numerator" in school.rows[key].hidden and "numerator" in school.parent.rows[key].hidden


def _rings(one: Entity, other: Entity, key: Slice, kind: Kind, wholes: bool) -> Iterator[list[Change]]:
    """The possible rings of the two schools that change the first one's row of that slice.

    ``wholes``: also those for which figures of all students of a school must be hidden that are shown yet.
    """
    for less in (True, False):
        start = _changes(one, other, key, less, kind)
        if not start:
            continue
        for row in one.groups.get(key[0], ()) if key[0] else ():
            if row.slice != key and (rest := _changes(one, other, row.slice, not less, kind)):
                yield start + rest
        if wholes or not key[0] or NEEDED[kind] in one.rows[EVERYONE].hidden:
            whole = _changes(one, other, EVERYONE, less, kind)
            transfer = _transfer(one, other, key, less, kind) if whole else None
            if transfer is not None:
                yield whole + transfer


def _transfer(one: Entity, other: Entity, key: Slice, less: bool, kind: Kind) -> list[Change] | None:
    """The changes of one value in each subgroup (of ``key`` where it is one), the cheapest; None if there is none."""
    ring: list[Change] = []
    for subgroup, rows in one.groups.items():
        slices = [key] if subgroup == key[0] else [r.slice for r in rows]
        possible = [found for s in slices if (found := _changes(one, other, s, less, kind))]
        if not possible:
            return None
        ring += min(possible, key=lambda changes: cost(changes, kind))
    return ring


def _changes(one: Entity, other: Entity, key: Slice, less: bool, kind: Kind) -> list[Change]:
    """One less in the first school's row and one more in the other's, in their districts' too; empty if impossible."""
    if key not in one.rows or key not in other.rows:
        return []
    gives, takes = (one, other) if less else (other, one)
    if not (can_give(gives.rows[key], kind) and can_take(takes.rows[key], kind)):
        return []
    changes = [(gives.rows[key], True), (takes.rows[key], False)]
    if one.parent is not other.parent and gives.parent and takes.parent:
        changes += [(gives.parent.rows[key], True), (takes.parent.rows[key], False)]
    return changes  # what a school can, its district can
