"""What counted clicks earn, from their numbers alone: first come, first paid, up to a daily cap and a budget. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from app.commissions.rules.per_click import PerClick
from app.kernel.currency import minor_units


class Paid(msgspec.Struct, frozen=True):
    """What one count of clicks earns."""

    minor: int
    over_day: int
    """Clicks that the day's cap left out."""
    cut_minor: int
    """What the budget cut, of the clicks that the cap let through."""


def pay(counts: Iterable[tuple[date, int, PerClick | None]]) -> Iterator[Paid | None]:
    """One creator's counts in the order of time, each with the rule in force; None where none was.

    A change of terms empties neither the day nor the budget: clicks count to their day and what was earned
    counts to the budget whichever version paid it. The same sums as rules priced click by click.
    """
    today, counted, spent = date.min, 0, dict[str, int]()
    for day, clicks, rule in counts:
        if rule is None:
            yield None
            continue
        today, counted = day, counted if day == today else 0
        room = clicks if rule.most_a_day is None else max(0, min(clicks, rule.most_a_day - counted))
        counted += clicks
        full = room * minor_units(rule.amount, rule.currency)
        before = spent.get(rule.currency, 0)
        left = full if rule.budget is None else max(0, minor_units(rule.budget, rule.currency) - before)
        earned = min(full, left)
        spent[rule.currency] = before + earned
        yield Paid(earned, clicks - room, full - earned)
