"""The publication form of figures: small ones hidden, and others with them so that none can be worked out.

Hidden are, below the state, a numerator below 10 with its rate, and a denominator from 1 to 9. A school is its district
less its siblings, a district the state less the others, a subgroup the whole less the other groups; so more is hidden,
until for every hidden figure there is another world that would be published in the same words and in which the figure
is another one: because of what is hidden already (``audit.proof``, all figures at once), or by a few more figures that
form a ring with it (``audit.rings``, some near ones are tried). A figure for which neither is found is hidden with all
that it could be worked out from, at last its district and all districts as wholes. What is left of a shown total by
subtraction is no count below 10 either. The state is never hidden; what its own figures give away (one district is the
state) can't be helped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from audit.proof import EVERYONE, FIGURES, Figure
from audit.rings import Search

#: Counts below this are not published.
SMALL = 10
HIDDEN = "*"
NOTHING = "No Data Available"

#: The lowest and the highest rate.
RANGE = {"low", "high"}


@dataclass(eq=False)
class Row:
    """A line of a publication file: of all students of an entity, or of those with one value of a subgroup.

    ``code``: empty for the state. ``fractions``: as they would be written, by name; None where there is none.
    ``low_numerator``: the count behind the lowest rate, where one is published.
    """

    level: str
    code: str
    numerator: int
    denominator: int
    fractions: Mapping[str, str | None]
    subgroup: str = ""
    value: str = ""
    low_numerator: int | None = None
    hidden: set[str] = field(default_factory=set)

    @property
    def slice(self) -> tuple[str, str]:
        return self.subgroup, self.value

    def count(self, figure: Figure) -> int:
        return self.numerator if figure == "numerator" else self.denominator

    def hide(self, figure: Figure) -> None:
        """A rate's parts: who hides how many there are hides how many of them passed too."""
        self.hidden |= {figure, "numerator"}

    def published(self) -> dict[str, str]:
        names = ("numerator", "denominator", *self.fractions)
        if not self.denominator:
            return dict.fromkeys(names, NOTHING)
        shown = {"numerator": str(self.numerator), "denominator": str(self.denominator)}
        shown |= {name: value or "" for name, value in self.fractions.items()}
        gone = self.hidden | (set(self.fractions) if "numerator" in self.hidden else set())
        return {name: HIDDEN if name in gone else shown[name] for name in names}


@dataclass(eq=False)
class Entity:
    """State, district or school: its rows with students in them, by slice, and what lies in it."""

    level: str
    code: str
    parent: Entity | None = None
    children: list[Entity] = field(default_factory=list)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    groups: dict[str, list[Row]] = field(default_factory=dict)


def redact(rows: Sequence[Row], district: Callable[[str], str]) -> None:
    """Marks what is hidden of each row. ``district``: code of the district of a school's code.

    Every subgroup counts each student of an entity once.
    """
    state = _tree(rows, district)
    below = [r for r in rows if r.level != "state" and r.denominator]
    for row in below:
        for figure in FIGURES:
            if row.count(figure) < SMALL:
                row.hide(figure)
    search, families = Search(state), list(_families(state))
    while True:
        search.protect(below)
        more = sum(_hide_more(family, figure, search) for figure in FIGURES for family in families)
        if not more and not search.hide_whole(below):
            break
    _hide_ranges(state)


def _tree(rows: Iterable[Row], district: Callable[[str], str]) -> Entity:
    entities: dict[str, Entity] = {}
    for row in rows:
        entity = entities.get(row.code) or entities.setdefault(row.code, Entity(row.level, row.code))
        if row.denominator:
            entity.rows[row.slice] = row
            if row.subgroup:
                entity.groups.setdefault(row.subgroup, []).append(row)
    for entity in entities.values():
        if entity.level != "state":
            entity.parent = entities["" if entity.level == "district" else district(entity.code)]
            entity.parent.children.append(entity)
    return entities[""]


def _families(state: Entity) -> Iterator[tuple[Row, list[Row]]]:
    """Rows that are added up to a row: those of the entities within, and those of the groups of each subgroup."""
    for entity in (state, *state.children, *(s for d in state.children for s in d.children)):
        if entity.children:
            for key, whole in entity.rows.items():
                yield whole, [c.rows[key] for c in entity.children if key in c.rows]
        if entity.level != "state":
            for groups in entity.groups.values():
                yield entity.rows[EVERYONE], groups


def _hide_more(family: tuple[Row, list[Row]], figure: Figure, search: Search) -> bool:
    """Hides one more part of a shown whole that gives away a small count by subtraction; whether there was one.

    A single part that is lost (``Search.lost``) is not helped by that.
    """
    whole, parts = family
    if figure in whole.hidden:
        return False
    hidden = [p for p in parts if figure in p.hidden]
    shown = [p for p in parts if figure not in p.hidden]
    if not hidden or not shown or sum(p.count(figure) for p in hidden) >= SMALL:
        return False
    if len(hidden) == 1 and id(hidden[0]) in search.lost[figure]:
        return False
    min(shown, key=lambda p: (p.count(figure), p.code, p.value)).hide(figure)
    return True


def _hide_ranges(state: Entity) -> None:
    """Hides the lowest and the highest rate where fewer than 10 are behind the lowest, and never of one part alone."""
    for entity in (*state.children, *(s for d in state.children for s in d.children)):
        row = entity.rows.get(EVERYONE)
        if row and row.low_numerator is not None and row.low_numerator < SMALL:
            row.hidden |= RANGE
    for district in state.children:
        hidden, shown = _ranges(district)
        if len(hidden) == 1 and not _ranges_hidden(district.rows[EVERYONE]):
            _hide_range(shown or [district.rows[EVERYONE]])
    hidden, shown = _ranges(state)
    if len(hidden) == 1:
        _hide_range(shown)
    for district in state.children:
        hidden, shown = _ranges(district)
        if shown and not hidden and _ranges_hidden(district.rows[EVERYONE]):
            _hide_range(shown)


def _ranges(entity: Entity) -> tuple[list[Row], list[Row]]:
    """Rows of the entities within whose range is hidden, and those whose range is shown."""
    rows = [c.rows[EVERYONE] for c in entity.children if EVERYONE in c.rows]
    return [r for r in rows if _ranges_hidden(r)], [r for r in rows if not _ranges_hidden(r)]


def _ranges_hidden(row: Row) -> bool:
    return bool(row.hidden & {"numerator", *RANGE})


def _hide_range(rows: Sequence[Row]) -> None:
    if rows:
        min(rows, key=lambda r: (r.low_numerator or 0, r.code)).hidden |= RANGE
