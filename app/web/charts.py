"""Geometry of our own charts: shapes for a stretched SVG, places of labels in percent. Knows no texts.

The drawing area is WIDTH x HEIGHT units whatever size the picture gets; labels stand beside it as
HTML, so that they stay crisp, can be mirrored and can be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from app.reports.performance import Day

WIDTH = 1000
HEIGHT = 200
SPARK_HEIGHT = 100
MARGIN = 6
"""Room above and below a sparkline, so that its stroke is not cut."""

Values = Sequence[Decimal | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """One line chart: shapes as SVG path data, and marks as (percent from the start, value)."""

    line: str
    area: str
    before: str
    levels: list[tuple[Decimal, Decimal]]
    """(percent from the bottom, value) of the horizontal marks."""
    days: list[tuple[Decimal, Day]]
    """(percent from the start, day) of the marks below."""


def line_chart(days: Sequence[Day], *, unit: Decimal, least: Decimal = Decimal(0), marks: int = 6) -> Chart:
    """The chart of a period beside the one before.

    `unit`: how many of a value make 1 on the axis. `least`: the smallest step between its marks.
    """
    now, before = [d.value for d in days], [d.before for d in days]
    top, step = _scale(max([v for v in [*now, *before] if v is not None], default=Decimal(0)) / unit, least)
    points, earlier = _points(now, top * unit, HEIGHT), _points(before, top * unit, HEIGHT)
    every = max(1, -(-len(days) // marks))
    last = max(1, len(days) - 1)
    return Chart(
        line=_path(points),
        area=_area(points),
        before=_path(earlier),
        levels=[(_round(n * step / top * 100), n * step * unit) for n in range(int(top / step) + 1)],
        days=[(_round(Decimal(i * 100) / last), days[i]) for i in range(0, len(days), every)],
    )


def sparkline(values: Values) -> str:
    """A small line without an axis: path data for a box of WIDTH x SPARK_HEIGHT."""
    known = [v for v in values if v is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or Decimal(1)
    scaled = [None if v is None else (v - low) / span for v in values]
    inner = SPARK_HEIGHT - 2 * MARGIN
    points = [None if p is None else (p[0], p[1] + MARGIN) for p in _points(scaled, Decimal(1), inner)]
    return _path(points)


Point = tuple[Decimal, Decimal] | None


def _points(values: Values, top: Decimal, height: int) -> list[Point]:
    last = max(1, len(values) - 1)
    return [
        None if v is None else (_round(Decimal(i * WIDTH) / last), _round(height - v / top * height))
        for i, v in enumerate(values)
    ]


def _path(points: Sequence[Point]) -> str:
    """A missing day ends the line; a day alone between two missing ones is a dot."""
    parts = []
    for i, point in enumerate(points):
        if point is None:
            continue
        starts = i == 0 or points[i - 1] is None
        parts.append(f"{'M' if starts else 'L'}{point[0]} {point[1]}")
        if starts and (i + 1 == len(points) or points[i + 1] is None):
            parts.append("h.1")
    return "".join(parts)


def _area(points: Sequence[Point]) -> str:
    parts, run = [], list[tuple[Decimal, Decimal]]()
    for point in [*points, None]:
        if point is not None:
            run.append(point)
        elif run:
            line = "L".join(f"{x} {y}" for x, y in run)
            parts.append(f"M{run[0][0]} {HEIGHT}L{line}L{run[-1][0]} {HEIGHT}Z")
            run = []
    return "".join(parts)


def _scale(most: Decimal, least: Decimal) -> tuple[Decimal, Decimal]:
    """A round top at or above `most`, and the round step between three to six marks below it."""
    if most <= 0:
        return Decimal(1), Decimal(1)
    rough = max(most / 4, least)
    power = Decimal(10) ** rough.adjusted()
    step = next(
        power * n
        for n in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if power * n >= rough
    )
    return (most / step).to_integral_value(ROUND_CEILING) * step, step


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))
