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

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

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
#: A hidden figure, or another way to even out two sums: the two sums (numbers of nodes), whether it can go up (from the
#: first to the second), and down.
Edge = tuple[int, int, bool, bool]
Hidden = Callable[["Row", Figure], bool]
#: A figure of a row, by the ``id`` of the row.
Known = tuple[int, Figure]


def can_give(row: Row, kind: Kind) -> bool:
    """Whether the row can have one less. A denominator that is hidden is 1 at least: none at all would be shown."""
    if kind == "swap":
        return row.numerator > 0
    return row.denominator > 1 and (row.numerator if kind == "pass" else row.denominator - row.numerator) > 0


def can_take(row: Row, kind: Kind) -> bool:
    return kind != "swap" or row.numerator < row.denominator


class Proof:
    """``proven`` says which figures under ``state`` can't be worked out from those that are shown."""

    def __init__(self, state: Entity) -> None:
        self.schools = [s for d in state.children for s in d.children if EVERYONE in s.rows]
        self.rows = [r for e in (*state.children, *self.schools) for r in e.rows.values()]
        self.nodes: dict[tuple[str, str, str | None], int] = {}
        #: rows of subgroups, and the sums that they join
        self.edges: list[tuple[Row, int, int]] = []
        for entity in (*state.children, *self.schools):
            above = entity.parent
            assert above
            for (subgroup, value), row in entity.rows.items():
                if subgroup:
                    lower = (entity.code, subgroup, None if entity.level == "school" else value)
                    self.edges.append((row, self._node(*lower), self._node(above.code, subgroup, value)))

    def _node(self, code: str, subgroup: str, value: str | None) -> int:
        return self.nodes.setdefault((code, subgroup, value), len(self.nodes))

    def proven(self, hidden: Hidden, asked: set[Known]) -> set[Known]:
        """Those of the hidden figures ``asked`` for that can't be worked out.

        Looked for over the whole state, then among the schools of each district for what is still open.
        """
        found: set[Known] = set()
        for wide in (True, False):
            for kind, figures in PROTECTED.items():
                if any(figure in figures for _, figure in asked - found):
                    rows = self._over_state(kind, hidden) if wide else self._in_districts(kind, hidden, asked - found)
                    found |= {(id(row), figure) for row in rows for figure in figures}
        return asked & found

    def _over_state(self, kind: Kind, hidden: Hidden) -> Iterable[Row]:
        edges = [edge for edge in self.edges if hidden(edge[0], NEEDED[kind])]
        return self._proven(edges, [_moving(self.schools, NEEDED[kind], hidden, far=True)], kind)

    def _in_districts(self, kind: Kind, hidden: Hidden, asked: set[Known]) -> Iterable[Row]:
        named = {row.code for row in self.rows for figure in PROTECTED[kind] if (id(row), figure) in asked}
        together: dict[str, list[Entity]] = {}
        for school in self.schools:
            assert school.parent
            together.setdefault(school.parent.code, []).append(school)
        sets = [
            schools for code, schools in together.items() if not named.isdisjoint([code, *(s.code for s in schools)])
        ]
        codes = {s.code for schools in sets for s in schools}
        edges = [e for e in self.edges if e[0].code in codes and hidden(e[0], NEEDED[kind])]
        return self._proven(edges, [_moving(s, NEEDED[kind], hidden) for s in sets], kind)

    def _proven(self, rows: list[tuple[Row, int, int]], moving: list[list[Entity]], kind: Kind) -> Iterable[Row]:
        """Rows on circles; ``moving``: sets of schools between which students may move."""
        edges = [(a, b, can_take(row, kind), can_give(row, kind)) for row, a, b in rows]
        label = _labels(len(self.nodes), edges)
        ways = _Ways(edges, len(self.nodes))
        for schools in moving:
            if hub := self._hub(schools, label, kind):
                sums = self._sums(hub)
                to, of = ways.reached(sums), ways.reached(sums, back=True)
            for school in schools if hub else ():
                whole, own = school.rows[EVERYONE], self._sums(school)
                gains = can_take(whole, kind) and all(n in of for n in own)
                loses = can_give(whole, kind) and all(n in to for n in own)
                if hub and school is not hub and (gains or loses):
                    edges += [(a, b, gains, loses) for a, b in zip(sums, own, strict=True)]
                    yield from (e.rows[EVERYONE] for e in (hub, school))
                    if hub.parent is not school.parent:
                        yield from (e.parent.rows[EVERYONE] for e in (hub, school) if e.parent)
        circles = _circles(len(self.nodes), edges, _labels(len(self.nodes), edges))
        yield from (row for (row, _, _), circle in zip(rows, circles, strict=False) if circle)

    def _sums(self, school: Entity) -> list[int]:
        """Of each subgroup the sum of the school's values."""
        return [self.nodes[school.code, subgroup, None] for subgroup in sorted(school.groups)]

    def _hub(self, schools: list[Entity], label: list[int], kind: Kind) -> Entity | None:
        """A school that can give and take, of those with the most ways to others the one with the most to give."""
        sets: dict[tuple[int, ...], list[Entity]] = {}
        for school in schools:
            whole = school.rows[EVERYONE]
            if can_give(whole, kind) and can_take(whole, kind):
                sets.setdefault(tuple(label[n] for n in self._sums(school)), []).append(school)
        largest = max(sets.values(), key=len, default=[])
        return max(largest, key=lambda s: _room(s.rows[EVERYONE]), default=None)


def _room(row: Row) -> tuple[int, int]:
    return min(row.numerator, row.denominator - row.numerator), row.denominator


def _moving(schools: Sequence[Entity], needed: Figure, hidden: Hidden, far: bool = False) -> list[Entity]:
    """Schools whose figures of all students are hidden; ``far``: and those of their district."""
    return [
        s
        for s in schools
        if hidden(s.rows[EVERYONE], needed) and not (far and s.parent and not hidden(s.parent.rows[EVERYONE], needed))
    ]


class _Ways:
    """Which sums a student can be handed on to from some, figure by figure."""

    def __init__(self, edges: list[Edge], nodes: int) -> None:
        self.ahead: list[list[int]] = [[] for _ in range(nodes)]
        self.back: list[list[int]] = [[] for _ in range(nodes)]
        for lower, upper, up, down in edges:
            if up:
                self.ahead[lower].append(upper)
                self.back[upper].append(lower)
            if down:
                self.ahead[upper].append(lower)
                self.back[lower].append(upper)

    def reached(self, starts: Sequence[int], back: bool = False) -> set[int]:
        """What can be reached from ``starts``; ``back``: what they can be reached from."""
        beside = self.back if back else self.ahead
        found, waiting = set(starts), list(starts)
        while waiting:
            more = [n for n in beside[waiting.pop()] if n not in found]
            found.update(more)
            waiting += more
        return found


def _labels(nodes: int, edges: list[Edge]) -> list[int]:
    """Nodes that can be reached from each other have the same number (Tarjan's strongly connected components)."""
    ahead: list[list[int]] = [[] for _ in range(nodes)]
    for lower, upper, up, down in edges:
        if up:
            ahead[lower].append(upper)
        if down:
            ahead[upper].append(lower)
    order, low, label = [0] * nodes, [0] * nodes, [-1] * nodes
    waiting: list[int] = []
    seen = 0
    for start in range(nodes):
        if order[start]:
            continue
        seen += 1
        order[start] = low[start] = seen
        waiting.append(start)
        path = [(start, iter(ahead[start]))]
        while path:
            node, others = path[-1]
            for other in others:
                if not order[other]:
                    seen += 1
                    order[other] = low[other] = seen
                    waiting.append(other)
                    path.append((other, iter(ahead[other])))
                    break
                if label[other] < 0 and order[other] < low[node]:
                    low[node] = order[other]
            else:
                path.pop()
                if low[node] == order[node]:
                    while label[node] < 0:
                        label[waiting.pop()] = node
                elif low[node] < low[path[-1][0]]:
                    low[path[-1][0]] = low[node]
    return label


def _circles(nodes: int, edges: list[Edge], label: list[int]) -> list[bool]:
    """For each edge whether it lies on a circle that goes each edge the way that it can go.

    Among nodes that can be reached from each other these are all edges but those without which two parts of them do
    not hang together (the theorem of Boesch and Tindell on mixed graphs; bridges by Tarjan).
    """
    beside: list[list[tuple[int, int]]] = [[] for _ in range(nodes)]
    circle = [False] * len(edges)
    for number, (one, other, *_) in enumerate(edges):
        if label[one] == label[other]:
            circle[number] = True
            beside[one].append((other, number))
            beside[other].append((one, number))
    order, low = [0] * nodes, [0] * nodes
    seen = 0
    for start in range(nodes):
        if order[start] or not beside[start]:
            continue
        seen += 1
        order[start] = low[start] = seen
        path = [(start, -1, iter(beside[start]))]
        while path:
            node, by, others = path[-1]
            for other, number in others:
                if not order[other]:
                    seen += 1
                    order[other] = low[other] = seen
                    path.append((other, number, iter(beside[other])))
                    break
                if number != by and order[other] < low[node]:
                    low[node] = order[other]
            else:
                path.pop()
                if by >= 0:
                    above = path[-1][0]
                    low[above] = min(low[above], low[node])
                    circle[by] = low[node] <= order[above]
    return circle
