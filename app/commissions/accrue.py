"""What should be earned: a pure function of order, credits and offer version. Posts nothing.

Source: semantics.md 4 to 6, precision.md 1 and 2.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.attribution.model import Candidate, Decision
from app.campaigns.model import OfferVersion, in_force
from app.commissions.model import (
    HELD_BY_HAND,
    Earning,
    LineEarning,
    LineShare,
    Position,
    Ruling,
    Sale,
    Standing,
    Verdict,
)
from app.commissions.rulebook import rule_of
from app.kernel.money import half_even, share_out
from app.orders.model import OrderFacts
from app.orders.net_sales import LineBase


def earn(
    order: OrderFacts,
    bases: Sequence[LineBase],
    decision: Decision,
    offers: Mapping[int, Sequence[OfferVersion]],
    standing: Standing,
) -> list[Earning]:
    """What each credited creator should earn, in rank order. Amounts: shop currency, minor units.

    Raises FlatCurrency when a fixed amount is in another currency than the order.
    """
    winners = decision.winners
    weights = tuple(w.weight for w in winners)
    split = [_split(base, weights) for base in bases]
    gmv = share_out(sum(base.gmv_minor for base in bases), weights)
    return [
        _earning(
            winner,
            Sale(order.currency, tuple(parts[rank] for parts in split), weights, rank),
            _offer(winner, offers, order.placed_at),
            gmv_minor=gmv[rank],
            standing=standing,
        )
        for rank, winner in enumerate(winners)
    ]


def target(earning: Earning, as_of: datetime) -> Position:
    """Where the commission should stand: nowhere until paid, pending on hold, payable after it.

    A payment that we know of has happened, also when Shopify's clock is ahead of ours.
    """
    if is_matured(earning, as_of):
        return Position(payable=earning.earned_minor)
    return Position(pending=earning.earned_minor)


def is_matured(earning: Earning, as_of: datetime) -> bool:
    """Whether the hold is over and no flag stops it."""
    return earning.matures_at is not None and earning.matures_at <= as_of and not earning.flagged


def _split(base: LineBase, weights: tuple[Decimal, ...]) -> list[LineShare]:
    """The line's base between all who are credited: nothing is lost, ties go to the higher rank."""
    placed = share_out(base.placed_minor, weights)
    current = share_out(base.current_minor, weights)
    return [
        LineShare(base.line.id, base.line.title, p, c, base.ordered, base.remaining)
        for p, c in zip(placed, current, strict=True)
    ]


def _offer(
    winner: Candidate, offers: Mapping[int, Sequence[OfferVersion]], placed_at: datetime
) -> OfferVersion:
    version = in_force(list(offers[winner.program_id or 0]), placed_at)
    if version is None:
        raise LookupError(f"{winner.value} won without an offer in force")
    return version


def _earning(
    winner: Candidate,
    sale: Sale,
    offer: OfferVersion,
    *,
    gmv_minor: int,
    standing: Standing,
) -> Earning:
    lines = _price(sale, offer)
    verdict = standing.verdicts.get(winner.creator_id or 0)
    paid_at = standing.paid_at
    return Earning(
        creator_id=winner.creator_id or 0,
        enrollment_id=winner.enrollment_id or 0,
        program_id=winner.program_id or 0,
        offer_id=offer.id,
        version=offer.version,
        weight=winner.weight,
        gmv_minor=gmv_minor,
        gross_minor=sum(line.placed_minor for line in sale.lines),
        net_minor=sum(line.current_minor for line in sale.lines),
        commission_minor=sum(line.commission_minor for line in lines),
        earned_minor=_earned(lines, standing, verdict),
        paid_at=paid_at,
        matures_at=paid_at + timedelta(days=offer.terms.hold_days) if paid_at else None,
        flags=_open_flags(standing.flags, verdict),
        denied=verdict is not None and verdict.ruling is Ruling.DENIED,
        lines=lines,
    )


def _earned(lines: Sequence[LineEarning], standing: Standing, verdict: Verdict | None) -> int:
    """What should stand in the books: all of it once paid, before that in proportion, line by line."""
    if verdict is not None and verdict.ruling is Ruling.DENIED:
        return 0
    if standing.paid_at is not None:
        return sum(line.commission_minor for line in lines)
    if standing.captured is None:
        return 0
    captured, due = standing.captured
    return sum(half_even(line.commission_minor * min(captured, due), due) for line in lines)


def _open_flags(flags: Sequence[str], verdict: Verdict | None) -> tuple[str, ...]:
    """The flags that nobody has cleared; a hold by hand is one itself."""
    if verdict is None:
        return tuple(flags)
    if verdict.ruling is Ruling.HELD:
        return (*flags, HELD_BY_HAND)
    return tuple(flag for flag in flags if flag not in verdict.cleared)


def _price(sale: Sale, offer: OfferVersion) -> tuple[LineEarning, ...]:
    """Each line by the first rule of the offer: every rule there is so far takes any line."""
    spec = offer.terms.rules[0]
    rule = rule_of(spec)
    return tuple(
        LineEarning(
            line=share.line_id,
            title=share.title,
            placed_minor=share.placed_minor,
            base_minor=share.current_minor,
            ordered=share.ordered,
            remaining=share.remaining,
            rule=spec.kind,
            rate=rule.rate(),
            commission_minor=minor,
        )
        for share, minor in zip(sale.lines, rule.earn(sale), strict=True)
    )
