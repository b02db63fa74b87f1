"""What the address of a report page asks for, read and checked."""

from datetime import date, datetime, timedelta

from flask import request
from werkzeug.datastructures import MultiDict

from app.kernel.errors import Invalid
from app.kernel.period import Period, day_of
from app.reports.model import Filters, Page, Sort
from app.web.visit import Visit

DEFAULT_DAYS = 28
LONGEST_DAYS = 731
"""Two years: what one page reads at most."""

LONGEST_NUMBER = 6
"""Digits of a page number that is still believed."""

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


def filters(v: Visit) -> tuple[Filters, str | None]:
    """What a report covers, and a sentence when the dates could not be read: then it is the usual period."""
    args, zone = request.args, v.shop.timezone
    try:
        asked, problem = period(args, v.now, zone), None
    except Invalid as error:
        asked, problem = last_days(v.now, zone), str(error)
    return Filters(asked, v.shop.currency, args.get("program") or None, args.get("creator") or None), problem


def sort(args: Args, keys: frozenset[str], usual: str) -> Sort:
    """`sort=key` or `sort=-key` (descending); what is not a key of the list is taken as the usual order."""
    asked = args.get("sort", usual)
    known = asked if asked.removeprefix("-") in keys else usual
    return Sort(known.removeprefix("-"), known.startswith("-"))


def page(args: Args, size: int = 25) -> Page:
    """`page=2`; anything else than a number of at most six digits is the first."""
    text = args.get("page", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 1
    return Page(max(1, number), size)


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
