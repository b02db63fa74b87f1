"""When runs are, by the shop's own days. Pure; source: semantics.md 8."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.kernel.period import day_of, start_of, zone

PREVIEW = timedelta(hours=48)
"""How long before it is paid a run is shown and mailed."""
PAID_AT = time(9)
"""The shop's own time of day."""
_MIDDLE = 15
_WEEK = 7


class Cadence(StrEnum):
    """How often a shop pays by itself."""

    NEVER = "never"
    """Only when somebody says so."""
    MONTHLY = "monthly"
    """On the 15th, what was payable at the end of the month before."""
    TWICE_MONTHLY = "twice_monthly"
    """On the 15th what was payable at the end of the month before, on the 1st what was by the 15th."""
    WEEKLY = "weekly"
    """On Monday, what was payable a week before."""


@dataclass(frozen=True, slots=True)
class Date:
    """A run of the calendar."""

    cut_off: datetime
    """What was payable before this instant is paid."""
    pay_at: datetime


def runs_between(cadence: Cadence, after: datetime, until: datetime, timezone: str) -> list[Date]:
    """Every run that is paid after the one instant and not after the other, in order."""
    found = []
    at = after
    while (run := next_run(cadence, at, timezone)) is not None and run.pay_at <= until:
        found.append(run)
        at = run.pay_at
    return found


def next_run(cadence: Cadence, now: datetime, timezone: str) -> Date | None:
    """The first run that is paid after `now`; None when the shop has no calendar."""
    if cadence is Cadence.NEVER:
        return None
    today = day_of(now, timezone)
    return next(run for run in _runs(cadence, today, timezone) if run.pay_at > now)


def _runs(cadence: Cadence, day: date, timezone: str) -> Iterator[Date]:
    while True:
        since = _cut_off(cadence, day)
        if since is not None:
            pay_at = datetime.combine(day, PAID_AT, zone(timezone))
            yield Date(start_of(since, timezone), pay_at)
        day += timedelta(days=1)


def _cut_off(cadence: Cadence, day: date) -> date | None:
    """The day whose beginning ends what a run of this day pays; None: this day has none."""
    match cadence:
        case Cadence.WEEKLY if day.weekday() == 0:
            return day - timedelta(days=_WEEK)
        case Cadence.MONTHLY | Cadence.TWICE_MONTHLY if day.day == _MIDDLE:
            return day.replace(day=1)
        case Cadence.TWICE_MONTHLY if day.day == 1:
            return (day - timedelta(days=1)).replace(day=_MIDDLE)
        case _:
            return None
