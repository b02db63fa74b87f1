"""What clicks earn: each creator's days that are over, counted by the database and priced by the terms of their time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from app.campaigns.model import OfferVersion, in_force
from app.commissions.click_days import Paid, pay
from app.commissions.model import AwardDue
from app.commissions.rulebook import rule_of
from app.commissions.rules.per_click import PerClick
from app.db.session import Fenced
from app.kernel.currency import major_units
from app.kernel.period import day_of, start_of
from app.shops.store import ShopContext
from app.tracking.store.tallies import Tally, tallies

KIND = "per_click"
Owed = tuple[OfferVersion, str, int, AwardDue]
"""The version that pays, the name of its rule, creator id, and what is due."""


def dues(
    session: Fenced, shop: ShopContext, program_id: int, versions: Sequence[OfferVersion], now: datetime
) -> Iterator[Owed]:
    """What the program owes for the clicks of days that are over in the shop's zone."""
    starts = sorted({v.effective_from for v in versions})
    parts = [v for v in (in_force(list(versions), at) for at in starts) if v is not None]
    rules = [_rules(version) for version in parts]
    names = sorted({name for held in rules for name in held})
    if not names:
        return
    until = start_of(day_of(now, shop.timezone), shop.timezone)
    found = tallies(session, shop.id, program_id, starts, until)
    for creator_id, group in groupby(found, key=lambda t: t.creator_id):
        counted = list(group)
        for name in names:
            for part, due in _of_creator(counted, [held.get(name) for held in rules]):
                yield parts[part], name, creator_id, due


def _rules(version: OfferVersion) -> dict[str, PerClick]:
    """The version's rules for clicks, each under a name of its own."""
    found: dict[str, PerClick] = {}
    for spec in version.terms.rules:
        rule = rule_of(spec) if spec.kind == KIND else None
        if isinstance(rule, PerClick):
            found[KIND if not found else f"{KIND}-{len(found) + 1}"] = rule
    return found


def _of_creator(counted: Sequence[Tally], rules: Sequence[PerClick | None]) -> Iterator[tuple[int, AwardDue]]:
    """A day with one price is one award; after a change of terms within it there is another for the rest of it."""
    again: dict[str, int] = {}
    for tally, paid in zip(counted, pay((t.day, t.billable, rules[t.part]) for t in counted), strict=True):
        rule = rules[tally.part]
        if rule is None or paid is None:
            continue
        day = tally.day.isoformat()
        again[day] = again.get(day, 0) + 1
        yield (
            tally.part,
            AwardDue(
                key_suffix=day if again[day] == 1 else f"{day}-{again[day]}",
                earned_at=tally.last_at,
                amount_minor=paid.minor,
                currency=rule.currency,
                reason=_words(tally, paid, rule),
            ),
        )


def _words(tally: Tally, paid: Paid, rule: PerClick) -> str:
    noun = "click" if tally.billable == 1 else "clicks"
    said = (
        f"{tally.billable} billable {noun} of {tally.clicks}: {tally.repeated} repeated, {tally.bots} by bots"
    )
    idle = tally.clicks - tally.billable - tally.repeated - tally.bots
    said += f", {idle} while paused" if idle else ""
    said += f"; {rule.amount} {rule.currency} each."
    if paid.over_day:
        said += f" {paid.over_day} more than the {rule.most_a_day} a day that are paid."
    if paid.cut_minor:
        said += f" The budget is used up: {major_units(paid.cut_minor, rule.currency)} {rule.currency} less."
    return said
