"""What should be earned: a pure function of order, credits and offer version. Posts nothing.

Source: semantics.md 4 to 6, precision.md 1 and 2.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.attribution.model import Candidate, Decision
from app.campaigns.model import OfferVersion, in_force
from app.commissions.model import Earning, LineEarning, LineShare, Position, Sale
from app.commissions.rulebook import rule_of
from app.kernel.money import share_out
from app.orders.model import OrderFacts
from app.orders.net_sales import LineBase


def earn(
    order: OrderFacts,
    bases: Sequence[LineBase],
    decision: Decision,
    offers: Mapping[int, Sequence[OfferVersion]],
    paid_at: datetime | None,
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
            paid_at=paid_at,
            flagged=bool(decision.flags),
        )
        for rank, winner in enumerate(winners)
    ]


def target(earning: Earning, as_of: datetime) -> Position:
    """Where the commission should stand: nowhere until paid, pending on hold, payable after it.

    A payment that we know of has happened, also when Shopify's clock is ahead of ours.
    """
    if earning.paid_at is None:
        return Position()
    if is_matured(earning, as_of):
        return Position(payable=earning.commission_minor)
    return Position(pending=earning.commission_minor)


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
    paid_at: datetime | None,
    flagged: bool,
) -> Earning:
    lines = _price(sale, offer)
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
        paid_at=paid_at,
        matures_at=paid_at + timedelta(days=offer.terms.hold_days) if paid_at else None,
        flagged=flagged,
        lines=lines,
    )


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
