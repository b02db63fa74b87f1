"""The figures of a period beside those of the period before it. Pure: what the store read is the input."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.kernel.period import Period
from app.reports.column import Column
from app.reports.model import Calendar, Totals
from app.reports.sheet import sheet

SHOWN = Decimal("0.001")
"""How exactly a change is told: what rounds to nothing is no change."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a value moved against the period before."""

    share: Decimal
    """0.12 is 12 % more; never below -1."""
    is_good: bool | None
    """Whether that is what a merchant wants; None when nothing moved."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One metric of a period."""

    key: str
    column: Column
    value: Decimal | None
    before: Decimal | None
    change: Change | None
    """None where there is nothing to compare with."""
    daily: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the chart, beside the day that many days earlier."""

    on: date
    value: Decimal | None
    before_on: date
    before: Decimal | None


def total(days: Mapping[date, Totals], period: Period) -> Totals:
    """The sum of the period's days."""
    return sum((t for day, t in days.items() if period.start_on <= day <= period.end_on), Totals())


def tiles(days: Mapping[date, Totals], period: Period, calendar: Calendar) -> list[Tile]:
    """A tile for every column that has one. `days` covers the period and the one before it."""
    now, before = total(days, period), total(days, period.previous())
    return [
        _tile(key, column, now, before, daily(column, days, period, calendar))
        for key, column in sheet().items()
        if column.on_tile
    ]


def line(days: Mapping[date, Totals], period: Period, calendar: Calendar, column: Column) -> list[Day]:
    """The chart of one column, day by day."""
    pairs = zip(period.each_day(), period.previous().each_day(), strict=True)
    return [
        Day(on, _daily(column, calendar.figures(days, on)), was, _daily(column, calendar.figures(days, was)))
        for on, was in pairs
    ]


def daily(
    column: Column, days: Mapping[date, Totals], period: Period, calendar: Calendar
) -> tuple[Decimal | None, ...]:
    """One value for each day of the period; None where there is none."""
    return tuple(_daily(column, calendar.figures(days, day)) for day in period.each_day())


def change(column: Column, value: Decimal | None, before: Decimal | None) -> Change | None:
    """The move from `before` to `value`; None when `before` is nothing to measure by."""
    if value is None or before is None or before <= 0:
        return None
    share = max((value - before) / before, Decimal(-1)).quantize(SHOWN)
    is_good = None if share == 0 else (share < 0) == column.less_is_better
    return Change(share, is_good)


def _tile(key: str, column: Column, now: Totals, before: Totals, each: tuple[Decimal | None, ...]) -> Tile:
    value, was = column.value(now), column.value(before)
    return Tile(key, column, value, was, change(column, value, was), each)


def _daily(column: Column, figures: Totals | None) -> Decimal | None:
    return None if figures is None else column.value(figures)
