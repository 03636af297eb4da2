"""Rings: proof that hidden figures can't be worked out, and the search for what else must be hidden to have one.

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
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from audit.redact import Entity, Row

Figure = Literal["denominator", "numerator"]
Kind = Literal["pass", "fail", "swap"]
#: One row of a ring; true if it has one less afterwards.
Change = tuple["Row", bool]
Slice = tuple[str, str]
#: Two schools, and those that may stand between them.
Pair = tuple["Entity", "Entity", Sequence["Entity"]]
#: What must be hidden of every row of a ring, so that nobody sees the change; the figures that it protects.
NEEDED: dict[Kind, Figure] = {"pass": "denominator", "fail": "denominator", "swap": "numerator"}
PROTECTED: dict[Kind, tuple[Figure, ...]] = {
    "pass": ("denominator", "numerator"),
    "fail": ("denominator",),
    "swap": ("numerator",),
}
#: The slice of all students of an entity; the others are a subgroup and a value.
EVERYONE: Slice = ("", "")
#: Schools of other districts that are tried where more must be hidden: those with the fewest students.
TRIED = 8
#: Pairs of schools that are looked at, and third schools.
LOOKED_AT = 60
BRIDGES = 20


def _can_give(row: Row, kind: Kind) -> bool:
    """Whether the row can have one less. A denominator that is hidden is 1 at least: none at all would be shown."""
    if kind == "swap":
        return row.numerator > 0
    return row.denominator > 1 and (row.numerator if kind == "pass" else row.denominator - row.numerator) > 0


def _can_take(row: Row, kind: Kind) -> bool:
    return kind != "swap" or row.numerator < row.denominator


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
        #: those with the most students, which have most to give and to take
        self.bridges = self.schools[: -BRIDGES - 1 : -1]
        self.state = state
        #: by level: how many entities have students of a slice
        self.having = {level: Counter[Slice]() for level in ("district", "school")}
        for entity in self.entities.values():
            self.having[entity.level].update(entity.rows.keys())
        self.protected: set[tuple[int, Figure]] = set()
        #: hidden figures that have no ring
        self.lost: set[tuple[int, Figure]] = set()

    def protect(self, rows: Sequence[Row]) -> None:
        """Finds each hidden figure a ring, and hides what else it takes.

        Where there is none, all that could be subtracted is hidden with it, unless the state's figure gives it away.
        """
        order = sorted(rows, key=lambda r: (r.subgroup != "", r.level == "school"))
        more = True
        while more:
            more = False
            for figure in ("denominator", "numerator"):
                for row in order:
                    if figure in row.hidden and (id(row), figure) not in self.protected:
                        self._protect(row, figure)
                        more = True

    def _protect(self, row: Row, figure: Figure) -> None:
        self.protected.add((id(row), figure))
        kinds: tuple[Kind, ...] = ("pass", "fail")
        if figure == "numerator":
            kinds = ("pass", "swap") if "denominator" in row.hidden else ("swap",)
        entity = self.entities[row.code]
        given_away = self._given_away(entity, row.slice, figure)
        found = self._cheapest(entity, row.slice, kinds, bridged=not given_away)
        if found:
            ring, kind = found
            for changed, _ in ring:
                changed.hide(NEEDED[kind])
                self.protected |= {(id(changed), f) for f in PROTECTED[kind]}
            return
        self.lost.add((id(row), figure))
        if not given_away:
            for beside in (row, *_beside(entity, row.slice)):
                beside.hide("denominator")

    def _given_away(self, entity: Entity, key: Slice, figure: Figure) -> bool:
        """Whether the state's own figure tells the entity's: nobody else has such students, or nobody passes."""
        if figure == "numerator" and not self.state.rows[key].numerator:
            return True
        slices = [[key]] if key[0] else [[r.slice for r in rows] for rows in entity.groups.values()]
        having = self.having[entity.level]
        return having[EVERYONE] == 1 or any(all(having[s] == 1 for s in some) for some in slices)

    def _cheapest(
        self, entity: Entity, key: Slice, kinds: Sequence[Kind], bridged: bool
    ) -> tuple[list[Change], Kind] | None:
        """Of the rings that change the entity's row of that slice the one that hides least."""
        row = entity.rows[key]
        best: tuple[tuple[int, int], list[Change], Kind] | None = None
        for pairs in self._pairs(entity, key, bridged):
            tried = 0
            for one, other, bridges in pairs:
                found = False
                for kind in kinds:
                    for ring in _rings(one, other, key, kind, bridges):
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

    def _pairs(self, entity: Entity, key: Slice, bridged: bool) -> Iterator[Iterator[Pair]]:
        """Pairs of a school of the entity and another one, in the order in which they are worth trying.

        Within the district; with schools elsewhere where the figures are hidden already; by way of third schools, where
        two have no value of a subgroup in common (``bridged``); with any.
        """
        ones = [entity] if entity.level == "school" else [s for s in entity.children if key in s.rows]
        if entity.level == "school" and entity.parent:
            yield ((entity, other, ()) for other in entity.parent.children if other is not entity)
        yield islice(self._away(ones, key, _hidden), LOOKED_AT)
        if bridged:
            everyone = self.schools_with[EVERYONE]
            yield islice(
                ((one, other, self.bridges) for one in ones for other in everyone if other is not one), LOOKED_AT
            )
        yield islice(self._away(ones, key, lambda other, key: True), None if bridged else LOOKED_AT)

    def _away(self, ones: Sequence[Entity], key: Slice, wanted: Callable[[Entity, Slice], bool]) -> Iterator[Pair]:
        """Pairs with schools of other districts that have the slice."""
        for one in ones:
            for other in self.schools_with[key]:
                if other.parent is not one.parent and wanted(other, key):
                    yield one, other, ()


def _beside(entity: Entity, key: Slice) -> Iterator[Row]:
    """What the entity's row of that slice is added up with, below the state."""
    assert entity.parent
    yield from (e.rows[key] for e in entity.parent.children if key in e.rows)
    yield from (entity.rows[EVERYONE], *entity.groups.get(key[0], ()))
    if entity.parent.level != "state":
        yield entity.parent.rows[key]


def _hidden(school: Entity, key: Slice) -> bool:
    assert school.parent
    return "numerator" in school.rows[key].hidden and "numerator" in school.parent.rows[key].hidden


def _rings(one: Entity, other: Entity, key: Slice, kind: Kind, bridges: Sequence[Entity]) -> Iterator[list[Change]]:
    """The possible rings of the two schools that change the first one's row of that slice.

    ``bridges``: schools that may take and give where the two have no value of a subgroup in common.
    """
    for less in (True, False):
        start = _changes(one, other, key, less, kind)
        for row in one.groups.get(key[0], ()) if start and key[0] else ():
            if row.slice != key and (rest := _changes(one, other, row.slice, not less, kind)):
                yield start + rest
        # whole figures that are shown need not be touched, unless it is the last resort
        through = NEEDED[kind] in one.rows[EVERYONE].hidden if key[0] else bool(start)
        if ((through and start) or bridges) and (whole := _changes(one, other, EVERYONE, less, kind)):
            transfer = _transfer(one, other, key, less, kind, bridges)
            if transfer is not None:
                yield whole + transfer


def _transfer(
    one: Entity, other: Entity, key: Slice, less: bool, kind: Kind, bridges: Sequence[Entity]
) -> list[Change] | None:
    """The changes of one value in each subgroup (of ``key`` where it is one), the cheapest; None if there is none."""
    ring: list[Change] = []
    for subgroup, rows in one.groups.items():
        slices = [key] if subgroup == key[0] else [r.slice for r in rows]
        possible = [found for s in slices if (found := _changes(one, other, s, less, kind))]
        if not possible:
            gained = [r.slice for r in other.groups.get(subgroup, ())]
            possible = _bridged(one, other, slices, gained, less, kind, bridges)
        if not possible:
            return None
        ring += min(possible, key=lambda changes: cost(changes, kind))
    return ring


def _bridged(
    one: Entity,
    other: Entity,
    given: Sequence[Slice],
    gained: Sequence[Slice],
    less: bool,
    kind: Kind,
    bridges: Sequence[Entity],
) -> list[list[Change]]:
    """Changes of different values at the two schools, evened out by a third that has both."""
    found: list[list[Change]] = []
    for bridge in bridges:
        if bridge is one or bridge is other or len(found) >= TRIED:
            continue
        for first in given:
            for second in gained:
                if first != second:
                    start = _changes(one, bridge, first, less, kind)
                    rest = _changes(bridge, other, second, less, kind)
                    if start and rest:
                        found.append(_net(start + rest))
                        if not cost(found[-1], kind)[0]:
                            return found[-1:]
    return found


def _net(changes: list[Change]) -> list[Change]:
    """A row that has one less and one more stays as it is."""
    both = {id(row) for row, less in changes if less} & {id(row) for row, less in changes if not less}
    return [(row, less) for row, less in changes if id(row) not in both]


def _changes(one: Entity, other: Entity, key: Slice, less: bool, kind: Kind) -> list[Change]:
    """One less in the first school's row and one more in the other's, in their districts' too; empty if impossible."""
    if key not in one.rows or key not in other.rows:
        return []
    gives, takes = (one, other) if less else (other, one)
    if not (_can_give(gives.rows[key], kind) and _can_take(takes.rows[key], kind)):
        return []
    changes = [(gives.rows[key], True), (takes.rows[key], False)]
    if one.parent is not other.parent and gives.parent and takes.parent:
        changes += [(gives.parent.rows[key], True), (takes.parent.rows[key], False)]
    return changes  # what a school can, its district can
