"""The days that an address asks for, read and checked."""

from datetime import date, datetime, timedelta

from werkzeug.datastructures import MultiDict

from app.kernel.errors import Invalid
from app.kernel.period import Period, day_of

DEFAULT_DAYS = 28
LONGEST_DAYS = 731
"""Two years: what one page reads at most."""

Args = MultiDict[str, str]


def last_days(now: datetime, timezone: str, days: int = DEFAULT_DAYS) -> Period:
    """The last days of the shop, today included."""
    today = day_of(now, timezone)
    return Period(today - timedelta(days=days - 1), today)


def period(args: Args, now: datetime, timezone: str) -> Period:
    """`from` to `to`; the last 28 days where they are not given. Raises Invalid."""
    usual = last_days(now, timezone)
    if not args.get("from") and not args.get("to"):
        return usual
    end = _day(args, "to", usual.end_on)
    start = _day(args, "from", end - timedelta(days=DEFAULT_DAYS - 1))
    asked = Period(start, end)
    if asked.days > LONGEST_DAYS:
        raise Invalid(f"The period has {asked.days} days; at most {LONGEST_DAYS} can be shown at once.")
    return asked


def _day(args: Args, name: str, usual: date) -> date:
    text = args.get(name)
    if not text:
        return usual
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text[:40]!r} is not a day such as 2026-11-21.") from None
    if not date(2006, 1, 1) <= found <= date(2100, 1, 1):
        raise Invalid(f"{text} is not a day that a shop has figures of.")
    return found
