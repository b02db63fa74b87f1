"""The budgets of clicks of a whole program: first come, first paid, whoever's click it is. What creators' own caps cut is cut before."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from app.commissions.click_budget import Limit, Span, Stretch, limits
from app.commissions.click_days import Paid
from app.commissions.rules.per_click import PerClick
from app.db.session import Fenced
from app.kernel.currency import major_units, minor_units
from app.kernel.period import zone
from app.shops.store import ShopContext
from app.tracking.store.shares import Claim, shares
from app.tracking.store.tallies import Tally


class Lot(msgspec.Struct, frozen=True):
    """One creator's clicks of a stretch, and what their own caps let through."""

    tally: Tally
    paid: Paid
    rule: PerClick

    @property
    def stretch(self) -> Stretch:
        """When it was."""
        return self.tally.day, self.tally.part


class Cut(msgspec.Struct, frozen=True):
    """What the program's budget leaves of it."""

    minor: int
    reason: str


def program_cuts(
    session: Fenced,
    shop: ShopContext,
    program_id: int,
    within: tuple[Sequence[datetime], datetime],
    lots: Sequence[Lot],
) -> dict[Lot, Cut]:
    """The lots of which a budget of the program leaves less. One statement, none while every budget lasts."""
    owed: dict[Stretch, tuple[int, PerClick]] = {}
    for lot in lots:
        owed[lot.stretch] = (owed.get(lot.stretch, (0, lot.rule))[0] + lot.paid.minor, lot.rule)
    reached = dict(limits(owed))
    claims = [
        Claim(
            lot.tally.creator_id,
            *lot.stretch,
            minor_units(lot.rule.amount, lot.rule.currency),
            lot.paid.minor,
            reached[lot.stretch].room_minor,
        )
        for lot in lots
        if lot.stretch in reached and reached[lot.stretch].room_minor and lot.paid.minor
    ]
    got = {(s.creator_id, s.day, s.part): s for s in shares(session, shop.id, program_id, within, claims)}
    ended: dict[Stretch, datetime] = {(s.day, s.part): s.used_up_at for s in got.values() if s.used_up_at}
    used_up = {span: ended[at] for at, limit in reached.items() if at in ended for span in limit.spans}
    cuts = {}
    for lot in lots:
        if lot.stretch in reached:
            share = got.get((lot.tally.creator_id, *lot.stretch))
            left = share.minor if share else 0
            if left < lot.paid.minor:
                words = _words(reached[lot.stretch], lot.paid.minor - left, used_up, shop.timezone)
                cuts[lot] = Cut(left, words)
    return cuts


def _words(limit: Limit, cut_minor: int, used_up: dict[Span, datetime], timezone: str) -> str:
    """Which budget, when it was used up by the shop's clock, and how much less the day earns."""
    span = next((s for s in limit.spans if s in used_up), limit.spans[0])
    of = f"{span.first:%B %Y}" if span.is_month else f"{span.first.day} {span.first:%b}"
    at = used_up[span].astimezone(zone(timezone)) if span in used_up else None
    when = "before" if at is None else f"at {at:%H:%M}"
    if at is not None and span.is_month:
        when = f"on {at.day} {at:%b} at {at:%H:%M}"
    less = major_units(cut_minor, limit.currency)
    return (
        f"The program's budget of {limit.budget} {limit.currency} for {of} was used up {when}: "
        f"{less} {limit.currency} less."
    )
