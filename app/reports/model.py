"""What reports are asked for and what they answer: pure values, shown by pages and written by exports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.kernel.period import Period

MEASURES = (
    "orders",
    "gmv_minor",
    "gross_minor",
    "net_minor",
    "commission_minor",
    "fees_minor",
    "gifts_minor",
    "spend_minor",
)
"""Every measure of the rollups, by the name of its column there."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The measures of one cell, or of the sum of several. Amounts: minor units of one currency."""

    orders: Decimal = Decimal(0)
    gmv_minor: int = 0
    gross_minor: int = 0
    net_minor: int = 0
    commission_minor: int = 0
    fees_minor: int = 0
    gifts_minor: int = 0
    spend_minor: int = 0
    """Commission, fees and gifts together."""

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*(getattr(self, m) + getattr(other, m) for m in MEASURES))


@dataclass(frozen=True, slots=True)
class Filters:
    """What a report covers."""

    period: Period
    currency: str
    program: str | None = None
    """Handle; None is every program."""
    creator: str | None = None
    """Handle; None is everybody."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days can have figures: outside of them a day is missing, not zero."""

    since: date
    today: date

    def figures(self, days: Mapping[date, Totals], day: date) -> Totals | None:
        """Totals of the day; zeros when nothing was sold; None before the install and in the future."""
        return days.get(day) or (Totals() if self.since <= day <= self.today else None)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: `number` counts from 1."""

    number: int
    size: int = 25

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.size

    def of(self, total: int) -> int:
        """How many pages that many rows fill."""
        return -(-total // self.size)


@dataclass(frozen=True, slots=True)
class Sort:
    """The order of a list."""

    key: str
    descending: bool
