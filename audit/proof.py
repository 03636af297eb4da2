"""Proof that hidden figures can't be worked out, for all of them at once: hidden figures as a graph.

Of each subgroup, a hidden figure of a school joins two sums: that of the school's values and that of the district's
schools with the value; one of a district joins the latter and that of the state's districts. Every figure stands in two
sums, so a circle of hidden figures, one more and one less by turns, is another world that no shown figure tells from
this one. A figure that lies on a circle can't be worked out. Where the figures of all students are hidden too, a
student may move from one school to another, if each subgroup has a way between them. As in ``audit.rings`` the student
is of a kind, and a figure may be too low to have one less.

Moves go to and from one school, the hub, so that a circle has one move, and the ways that the other subgroups need for
it are not in each other's way. There is a hub for the state, and one for each district by itself.

Time and memory are linear in the figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from audit.circles import Edges, Numbers, beside, circles, labels, reached

if TYPE_CHECKING:
    from audit.redact import Entity, Row

Figure = Literal["denominator", "numerator"]
Kind = Literal["pass", "fail", "swap"]
Slice = tuple[str, str]
#: What must be hidden of every row of a ring, so that nobody sees the change; the figures that it protects.
NEEDED: dict[Kind, Figure] = {"pass": "denominator", "fail": "denominator", "swap": "numerator"}
PROTECTED: dict[Kind, tuple[Figure, ...]] = {
    "pass": ("denominator", "numerator"),
    "fail": ("denominator",),
    "swap": ("numerator",),
}
#: The slice of all students of an entity; the others are a subgroup and a value.
EVERYONE: Slice = ("", "")
#: Rows, by their ``id``, of each figure.
Known = dict[Figure, set[int]]
FIGURES: tuple[Figure, Figure] = ("denominator", "numerator")


class Counts(NamedTuple):
    """Figures of many rows."""

    numerator: Numbers
    denominator: Numbers


def can_give(row: Row | Counts, kind: Kind) -> Any:
    """Whether the row (each row) can have one less. A denominator that is hidden is 1 at least: none would be shown."""
    if kind == "swap":
        return row.numerator > 0
    return (row.denominator > 1) & ((row.numerator if kind == "pass" else row.denominator - row.numerator) > 0)


def can_take(row: Row | Counts, kind: Kind) -> Any:
    return (row.numerator < row.denominator) | (kind != "swap")


class Proof:
    """``proven`` says which figures under ``state`` can't be worked out from those that are shown."""

    def __init__(self, state: Entity) -> None:
        self.nodes: dict[tuple[str, str, str | None], int] = {}
        #: schools of each district, the sums of each school's subgroups, rows of subgroups and the sums that they join
        self.schools: list[list[Entity]] = []
        self.sums: dict[str, list[int]] = {}
        self.rows: list[Row] = []
        self.all_rows: list[Row] = []
        joined: list[tuple[int, int]] = []
        #: by district: which of these rows are of its schools; by ``id`` of any row: its district
        self.within: list[list[int]] = []
        self.district: dict[int, int] = {}
        for number, district in enumerate(state.children):
            schools = [s for s in district.children if EVERYONE in s.rows]
            self.schools.append(schools)
            self.within.append([])
            for entity in (district, *schools):
                assert entity.parent
                above = entity.parent.code
                self.all_rows += entity.rows.values()
                self.district.update((id(row), number) for row in entity.rows.values())
                rows = [row for row in entity.rows.values() if row.subgroup]
                self.rows += rows
                for subgroup, value in (row.slice for row in rows):
                    lower = (entity.code, subgroup, None if entity.level == "school" else value)
                    joined.append((self._node(*lower), self._node(above, subgroup, value)))
                if entity.level == "school":
                    self.within[number] += range(len(self.rows) - len(rows), len(self.rows))
                    self.sums[entity.code] = [self._node(entity.code, g, None) for g in sorted(entity.groups)]
        #: how many figures were hidden when last asked, and which were not proven then
        self.seen = 0
        self.refused: Known = {figure: set() for figure in FIGURES}
        self.lower, self.upper = np.array(joined, np.int64).reshape(-1, 2).T
        counts = [(row.numerator, row.denominator) for row in self.rows]
        self.counts = Counts(*np.array(counts, np.int64).reshape(-1, 2).T)
        self.ids = np.array([id(row) for row in self.rows], np.int64)

    def _node(self, code: str, subgroup: str, value: str | None) -> int:
        return self.nodes.setdefault((code, subgroup, value), len(self.nodes))

    def proven(self, asked: Known) -> Known:
        """Those of the hidden figures ``asked`` for that can't be worked out.

        Looked for over the whole state, then among the schools of each district for what is still open.
        """
        hidden = sum(len(row.hidden) for row in self.all_rows)
        if hidden > self.seen:
            self.seen, self.refused = hidden, {figure: set() for figure in FIGURES}
        left = {figure: asked[figure] - self.refused[figure] for figure in FIGURES}
        for wide in (True, False):
            for kind, figures in PROTECTED.items():
                open_ = set[int]().union(*(left[figure] for figure in figures))
                if open_:
                    rows = self._over_state(kind) if wide else self._in_districts(kind, open_)
                    for figure in figures:
                        left[figure] -= rows
        for figure in FIGURES:
            self.refused[figure] |= left[figure]
        return {figure: asked[figure] - self.refused[figure] for figure in FIGURES}

    def _over_state(self, kind: Kind) -> set[int]:
        numbers = [n for n, row in enumerate(self.rows) if NEEDED[kind] in row.hidden]
        return self._proven(np.array(numbers, np.int64), [_moving(chain(*self.schools), NEEDED[kind], far=True)], kind)

    def _in_districts(self, kind: Kind, asked: set[int]) -> set[int]:
        named = sorted({self.district[row] for row in asked})
        numbers = [n for d in named for n in self.within[d] if NEEDED[kind] in self.rows[n].hidden]
        return self._proven(np.array(numbers, np.int64), [_moving(self.schools[d], NEEDED[kind]) for d in named], kind)

    def _proven(self, numbers: Numbers, moving: list[list[Entity]], kind: Kind) -> set[int]:
        """Rows on circles; ``numbers``: hidden rows, ``moving``: sets of schools between which students may move."""
        found = set[int]()
        counts = Counts(self.counts.numerator[numbers], self.counts.denominator[numbers])
        up, down = can_take(counts, kind), can_give(counts, kind)
        edges = Edges(len(self.nodes), self.lower[numbers], self.upper[numbers], up, down)
        label = labels(edges)
        between = edges.named(label, len(self.nodes))
        between = between.only(between.lower != between.upper)
        ahead, back = beside(between), beside(between, back=True)
        moves: list[tuple[int, int, bool, bool]] = []
        for schools in moving:
            hub = self._hub(schools, label, kind)
            if not hub:
                continue
            sums = self.sums[hub.code]
            to, of = (reached(ways, label[sums].tolist()) for ways in (ahead, back))
            for school in schools:
                whole, own = school.rows[EVERYONE], label[self.sums[school.code]].tolist()
                gains = can_take(whole, kind) and of.issuperset(own)
                loses = can_give(whole, kind) and to.issuperset(own)
                if school is not hub and (gains or loses):
                    moves += [(a, b, gains, loses) for a, b in zip(sums, self.sums[school.code], strict=True)]
                    found |= {id(e.rows[EVERYONE]) for e in (hub, school)}
                    if hub.parent is not school.parent:
                        found |= {id(e.parent.rows[EVERYONE]) for e in (hub, school) if e.parent}
        if moves:
            lower, upper, ups, downs = (np.array(column) for column in zip(*moves, strict=True))
            more = Edges(len(self.nodes), lower, upper, ups, downs)
            label = labels((between + more).named(label, len(self.nodes)))[label]
            edges += more
        return found.union(self.ids[numbers][circles(edges, label)[: len(numbers)]].tolist())

    def _hub(self, schools: list[Entity], label: Numbers, kind: Kind) -> Entity | None:
        """A school that can give and take, of those with the most ways to others the one with the most to give."""
        sets: dict[tuple[int, ...], list[Entity]] = {}
        for school in schools:
            whole = school.rows[EVERYONE]
            if can_give(whole, kind) and can_take(whole, kind):
                sets.setdefault(tuple(label[self.sums[school.code]].tolist()), []).append(school)
        largest = max(sets.values(), key=len, default=[])
        return max(largest, key=lambda s: _room(s.rows[EVERYONE]), default=None)


def _room(row: Row) -> tuple[int, int]:
    return min(row.numerator, row.denominator - row.numerator), row.denominator


def _moving(schools: Iterable[Entity], needed: Figure, far: bool = False) -> list[Entity]:
    """Schools whose figures of all students are hidden; ``far``: and those of their district."""
    return [
        s
        for s in schools
        if needed in s.rows[EVERYONE].hidden and not (far and s.parent and needed not in s.parent.rows[EVERYONE].hidden)
    ]
