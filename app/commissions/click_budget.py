"""How much of a program's budgets of clicks is left for each stretch of time: a day, or what of it has one version of the terms. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from app.commissions.rules.per_click import PerClick
from app.kernel.currency import minor_units

Stretch = tuple[date, int]
"""The shop's day, and which version was in force: ordered as time is."""


class Span(msgspec.Struct, frozen=True, order=True):
    """What a budget is of."""

    is_month: bool
    first: date
    """The day, or the first of the month."""


class Limit(msgspec.Struct, frozen=True):
    """A stretch in which a budget is used up, or was before."""

    room_minor: int
    """What is left for the stretch, of all creators together; clicks get it first come, first paid."""
    budget: str
    currency: str
    spans: tuple[Span, ...]
    """Whose budget it is; the one that is told of first."""


def limits(owed: Mapping[Stretch, tuple[int, PerClick]]) -> Iterator[tuple[Stretch, Limit]]:
    """The stretches that reach a budget, in the order of time. `owed`: what creators' own caps let through there, and the rule.

    A change of terms empties no budget: what an earlier version paid in the day or the month counts.
    """
    spent: dict[tuple[str, Span], int] = {}
    for stretch, (minor, rule) in sorted(owed.items(), key=lambda each: each[0]):
        spans = (Span(False, stretch[0]), Span(True, stretch[0].replace(day=1)))
        rooms = [
            (max(0, minor_units(budget, rule.currency) - spent.get((rule.currency, span), 0)), span, budget)
            for span, budget in zip(spans, (rule.program_a_day, rule.program_a_month), strict=True)
            if budget is not None
        ]
        room, _, budget = min(rooms, default=(minor + 1, spans[0], ""))
        for span in spans:
            spent[rule.currency, span] = spent.get((rule.currency, span), 0) + min(minor, room)
        if minor >= room:
            ended = tuple(span for left, span, _ in rooms if left == room)
            yield stretch, Limit(room, budget, rule.currency, ended)
