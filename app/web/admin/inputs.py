"""What the address of a report page asks for, read and checked."""

from flask import request

from app.kernel.errors import Invalid
from app.reports.model import Filters, Page, Sort
from app.web.periods import Args, last_days, period
from app.web.visit import Visit

LONGEST_NUMBER = 6
"""Digits of a page number that is still believed."""


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
