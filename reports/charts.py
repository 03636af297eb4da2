"""Where the marks of small charts stand. The drawing is in ``charts.html.j2``; a table stands beside each chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Size of a sparkline and of the chart of nights, in units of their own.
SPARK_WIDTH, SPARK_HEIGHT = 96, 22
NIGHT_HEIGHT = 120
_STEP, _BAR = 10, 7


def spark(values: Sequence[int]) -> str:
    """Points of a line through the values: ``0,20 13.7,2 ...``; the lowest value is at the bottom if it is not 0."""
    most = max(values, default=0) or 1
    step = (SPARK_WIDTH - 4) / max(1, len(values) - 1)
    return " ".join(
        f"{2 + n * step:.1f},{2 + (SPARK_HEIGHT - 4) * (1 - value / most):.1f}" for n, value in enumerate(values)
    )


@dataclass(frozen=True)
class Bar:
    """A night: a bar of errors with warnings on it. ``changed``: where a line marks that rules are not as before."""

    x: int
    width: int
    errors_y: float
    errors_height: float
    warnings_y: float
    warnings_height: float
    changed: float | None


@dataclass(frozen=True)
class Bars:
    width: int
    height: int
    most: int
    bars: Sequence[Bar]


def bars(nights: Sequence[tuple[int, int, bool]]) -> Bars:
    """``nights``: errors, warnings and whether rules changed."""
    most = max((errors + warnings for errors, warnings, _ in nights), default=0) or 1
    drawn = []
    for n, (errors, warnings, changed) in enumerate(nights):
        low, high = NIGHT_HEIGHT * errors / most, NIGHT_HEIGHT * warnings / most
        x = n * _STEP
        drawn.append(
            Bar(
                x + (_STEP - _BAR) // 2,
                _BAR,
                round(NIGHT_HEIGHT - low, 1),
                round(low, 1),
                round(NIGHT_HEIGHT - low - high, 1),
                round(high, 1),
                x if changed else None,
            )
        )
    return Bars(max(1, len(nights)) * _STEP, NIGHT_HEIGHT, most, drawn)
