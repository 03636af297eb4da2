"""The publication form of entities: small figures hidden, and others with them so that none can be worked out.

Hidden are, below the state, a numerator below 10 with its rate, and a denominator from 1 to 9. A school is its district
less its siblings, a district the state less the others; so further figures are hidden until each hidden one could have
several values, and until what is left of a shown total by subtraction is no count below 10 either. The state is never
hidden: where there is one district only, its figures are the state's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

#: Counts below this are not published.
SMALL = 10
HIDDEN = "*"
NOTHING = "No Data Available"


@dataclass
class Entity:
    """One entity: counts as measured, the fractions as written, and what is hidden of it."""

    level: str
    code: str
    numerator: int
    denominator: int
    fractions: Mapping[str, str]
    parent: Entity | None = None
    children: list[Entity] = field(default_factory=list)
    hidden: dict[str, bool] = field(default_factory=lambda: {"numerator": False, "denominator": False})

    def count(self, figure: str) -> int:
        return self.numerator if figure == "numerator" else self.denominator


def redact(entities: Iterable[Entity], district: Callable[[str], str]) -> list[dict[str, str]]:
    """Level, entity_rcdts, numerator, denominator, rate, low and high of each, in the order given.

    ``district``: code of the district of a school's code. There must be one entity of level state.
    """
    listed = list(entities)
    state = _tree(listed, district)
    for figure in ("denominator", "numerator"):
        for entity in listed:
            if entity.level != "state" and entity.denominator:
                small = entity.count(figure) < SMALL
                entity.hidden[figure] = small or (figure == "numerator" and entity.hidden["denominator"])
        while _hide_more(state, listed, figure):
            pass
    return [_published(entity) for entity in listed]


def _tree(entities: Sequence[Entity], district: Callable[[str], str]) -> Entity:
    (state,) = [e for e in entities if e.level == "state"]
    districts = {e.code: e for e in entities if e.level == "district"}
    for entity in entities:
        if entity is not state:
            entity.parent = state if entity.level == "district" else districts[district(entity.code)]
            entity.parent.children.append(entity)
    return state


def _hide_more(state: Entity, entities: Sequence[Entity], figure: str) -> bool:
    """Hides one more figure in each family that gives something away; whether there was any."""
    known = bounds(state, figure)
    more = False
    for parent in entities:
        if parent.children and _gives_away(parent, figure, known):
            candidates = [c for c in parent.children if not c.hidden[figure] and c.denominator]
            if candidates:
                chosen = min(candidates, key=lambda c: (c.count(figure) == 0, c.count(figure), c.code))
                chosen.hidden[figure] = more = True
            elif parent.level != "state" and not parent.hidden[figure]:
                parent.hidden[figure] = more = True
    return more


def _gives_away(parent: Entity, figure: str, known: Known) -> bool:
    hidden = [c for c in parent.children if c.hidden[figure]]
    if any(_is_one(known[id(c)]) for c in hidden):
        return True
    if parent.hidden[figure]:
        return not hidden and _is_one(known[id(parent)])
    return bool(hidden) and sum(c.count(figure) for c in hidden) < SMALL


def _is_one(interval: tuple[int, int | None]) -> bool:
    return interval[0] == interval[1]


Known = dict[int, tuple[int, int | None]]


def bounds(state: Entity, figure: str) -> Known:
    """By id of the entity the least and the most (None: no limit) that a reader can work its figure out to be.

    Exact, since the totals make a tree: first from the schools up, then from the state down. A hidden denominator is 1
    at least (none at all is shown); a hidden numerator is no more than the denominator can be.
    """
    found: Known = {}
    limits = bounds(state, "denominator") if figure == "numerator" else {}
    _up(state, figure, limits, found)
    _down(state, found)
    return found


def _up(entity: Entity, figure: str, limits: Known, found: Known) -> tuple[int, int | None]:
    least: int = entity.count(figure)
    most: int | None = least
    if entity.hidden[figure]:
        least, most = (0, limits[id(entity)][1]) if limits else (1, None)
    inside = [_up(child, figure, limits, found) for child in entity.children]
    if inside:
        least = max(least, sum(low for low, _ in inside))
        most = _smaller(most, _total(high for _, high in inside))
    found[id(entity)] = (least, most)
    return least, most


def _down(entity: Entity, found: Known) -> None:
    least, most = found[id(entity)]
    lows = sum(found[id(c)][0] for c in entity.children)
    highs = [found[id(c)][1] for c in entity.children]
    limited = sum(h for h in highs if h is not None)
    unlimited = highs.count(None)
    new = {}
    for child, high in zip(entity.children, highs, strict=True):
        low = found[id(child)][0]
        others_unlimited = unlimited - (high is None)
        others = None if others_unlimited else limited - (high or 0)
        floor = low if others is None else max(low, least - others)
        new[id(child)] = (floor, high if most is None else _smaller(high, most - (lows - low)))
    found.update(new)
    for child in entity.children:
        _down(child, found)


def _smaller(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def _total(values: Iterable[int | None]) -> int | None:
    listed = list(values)
    return None if None in listed else sum(v for v in listed if v is not None)


def _published(entity: Entity) -> dict[str, str]:
    row = {"level": entity.level, "entity_rcdts": entity.code}
    if not entity.denominator:
        return row | dict.fromkeys(("numerator", "denominator", "rate", "low", "high"), NOTHING)
    counts = {f: HIDDEN if entity.hidden[f] else str(entity.count(f)) for f in ("numerator", "denominator")}
    hidden = entity.hidden["numerator"] or entity.hidden["denominator"]
    return row | counts | {name: HIDDEN if hidden else value for name, value in entity.fractions.items()}
