"""The publication files of a metric: entities and subgroups as they can be published (``audit.redact``)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from audit import redact
from audit.engines.embedded import Engine
from audit.metrics import DISTRICT

_HEAD = ("metric", "definition", "school_year", "level", "entity_rcdts")
_COUNTS = ("numerator", "denominator", "rate")


@dataclass(frozen=True)
class Figures:
    """What is to be published of the metric just measured; of each group also its title and label.

    Subgroups have no range: it would tell how few are undetermined.
    """

    totals: list[redact.Row]
    groups: list[redact.Row]
    words: list[tuple[str, str]]


def figures(engine: Engine) -> Figures:
    """From the tables of the metric just measured."""
    totals = [
        redact.Row(level, code, n, d, {"rate": rate, "low": low, "high": high}, low_numerator=least)
        for level, code, n, d, rate, low, high, least in engine.rows(
            "select level, entity_rcdts, numerator, denominator, rate::varchar, low::varchar, high::varchar, "
            "low_numerator from metric_entities "
            "order by case level when 'state' then 1 when 'district' then 2 else 3 end, entity_rcdts"
        )
    ]
    found = engine.rows(
        "select level, entity_rcdts, numerator, denominator, rate::varchar, subgroup, value, title, label "
        "from metric_subgroups "
        "order by case level when 'state' then 1 when 'district' then 2 else 3 end, entity_rcdts, subgroup, value"
    )
    groups = [
        redact.Row(level, code, n, d, {"rate": rate}, subgroup, value)
        for level, code, n, d, rate, subgroup, value, _, _ in found
    ]
    return Figures(totals, groups, [(title, label) for *_, title, label in found])


def write(figures: Figures, head: tuple[object, ...], folder: Path) -> None:
    """Writes ``<metric>_public.csv`` and ``<metric>_subgroups_public.csv``.

    ``head``: metric, definition and school year.
    """
    totals, groups = figures.totals, figures.groups
    redact.redact(totals + groups, lambda school: school[:DISTRICT])
    metric = head[0]
    _rows(
        folder / f"{metric}_public.csv",
        (*_HEAD, *_COUNTS, "low", "high"),
        ((*head, r.level, r.code, *r.published().values()) for r in totals),
    )
    _rows(
        folder / f"{metric}_subgroups_public.csv",
        (*_HEAD, "subgroup", "title", "value", "label", *_COUNTS),
        (
            (*head, r.level, r.code, r.subgroup, title, r.value, label, *r.published().values())
            for r, (title, label) in zip(groups, figures.words, strict=True)
        ),
    )


def _rows(path: Path, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
