"""What should be earned: a pure function of order, credits and offer version. Posts nothing.

Source: semantics.md 4 to 6, precision.md 1 and 2.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from app.attribution.model import Candidate, Decision
from app.campaigns.model import HoldFrom, OfferVersion, in_force
from app.commissions.base import channel_of, split, whole_lines
from app.commissions.book import book_of
from app.commissions.model import (
    HELD_BY_HAND,
    Earning,
    LineEarning,
    Position,
    Ruling,
    Standing,
    Verdict,
)
from app.commissions.price import Part, capped, price, recruited
from app.commissions.sale import NOTHING_ELSE, About, Before, Known, LineShare, Sale, Shopper
from app.kernel.money import half_even, share_out
from app.orders.model import OrderFacts
from app.orders.net_sales import LineBase

NOTHING_BEFORE = Before()


class _Share(msgspec.Struct, frozen=True):
    """Somebody who is paid for the order, with what they are paid for."""

    winner: Candidate
    """The creator who is credited; of a recruiter, the one they recruited."""
    enrollment_id: int
    creator_id: int
    offer: OfferVersion
    parts: list[Part]
    weight: Decimal
    gmv_minor: int = 0
    gross_minor: int = 0
    net_minor: int = 0


def earn(
    order: OrderFacts,
    bases: Sequence[LineBase],
    decision: Decision,
    offers: Mapping[int, Sequence[OfferVersion]],
    standing: Standing,
    *,
    known: Known = NOTHING_ELSE,
) -> list[Earning]:
    """What everybody who is paid for the order should earn: credits in rank order, then who recruited them.

    Amounts: shop currency, minor units. Raises FlatCurrency when the offer's amounts are in another
    currency than the order.
    """
    shares = _credited(order, bases, decision, offers, known)
    shares = _with_recruiters(shares, known)
    earnings: list[Earning] = []
    spent_here: dict[int, int] = {}
    for share in shares:
        program = share.offer.program_id
        book, before = book_of(share.offer.terms), _before(known, program, share.creator_id)
        parts = capped(
            share.parts,
            book.caps,
            before.spent,
            order_minor=spent_here.get(program, 0),
            currency=order.currency,
        )
        earning = _earning(share, parts, standing)
        spent_here[program] = spent_here.get(program, 0) + earning.placed_commission_minor
        earnings.append(earning)
    return earnings


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


def _credited(
    order: OrderFacts,
    bases: Sequence[LineBase],
    decision: Decision,
    offers: Mapping[int, Sequence[OfferVersion]],
    known: Known,
) -> list[_Share]:
    winners = decision.winners
    weights = tuple(w.weight for w in winners)
    gmv = share_out(sum(base.gmv_minor for base in bases), weights)
    gross = _by_rank([base.placed_minor for base in bases], weights)
    net = _by_rank([base.current_minor for base in bases], weights)
    divided: dict[int, tuple[list[LineShare], list[tuple[LineShare, ...]]]] = {}
    found: list[_Share] = []
    for rank, winner in enumerate(winners):
        offer = _offer(winner, offers, order.placed_at)
        if offer.id not in divided:
            lines = whole_lines(order, bases, offer.terms.base, known)
            divided[offer.id] = lines, split(lines, weights)
        whole, parts = divided[offer.id]
        sale = Sale(order.currency, parts[rank], weights, rank, _about(order, winner, known, whole))
        share = _Share(
            winner=winner,
            enrollment_id=winner.enrollment_id or 0,
            creator_id=winner.creator_id or 0,
            offer=offer,
            parts=price(sale, book_of(offer.terms)),
            weight=winner.weight,
            gmv_minor=gmv[rank],
            gross_minor=gross[rank],
            net_minor=net[rank],
        )
        found.append(share)
    return found


def _by_rank(amounts: Sequence[int], weights: tuple[Decimal, ...]) -> list[int]:
    """What each creator has of these amounts together, each divided for itself."""
    divided = [share_out(amount, weights) for amount in amounts]
    return [sum(shares[rank] for shares in divided) for rank in range(len(weights))]


def _offer(
    winner: Candidate, offers: Mapping[int, Sequence[OfferVersion]], placed_at: datetime
) -> OfferVersion:
    version = in_force(list(offers[winner.program_id or 0]), placed_at)
    if version is None:
        raise LookupError(f"{winner.value} won without an offer in force")
    return version


def _about(order: OrderFacts, winner: Candidate, known: Known, whole: Sequence[LineShare]) -> About:
    return About(
        value_minor=sum(line.placed_minor for line in whole),
        placed_at=order.placed_at,
        country=known.country,
        channel=channel_of(order),
        evidence=winner.kind.value,
        token=winner.value,
        customer=customer_of(order.customer_is_new, known.shopper),
        is_renewal=order.renewal,
        shopper=known.shopper or Shopper(),
        before=_before(known, winner.program_id or 0, winner.creator_id or 0),
    )


def customer_of(is_new: bool | None, shopper: Shopper | None) -> str | None:  # noqa: FBT001
    """New or returning; what Shopify says itself (`is_new`) reaches further back than the orders we hold."""
    if is_new is False or (shopper is not None and shopper.orders):
        return "returning"
    return "new" if is_new or shopper is not None else None


def _before(known: Known, program_id: int, creator_id: int) -> Before:
    return known.counters.before(program_id, creator_id) if known.counters is not None else NOTHING_BEFORE


def _with_recruiters(shares: list[_Share], known: Known) -> list[_Share]:
    """The same with who recruited them: on top of their own where they are credited too, or by a share of weight 0."""
    if not known.recruiters:
        return shares
    own = {share.creator_id: share for share in shares}
    for share in shares:
        second = book_of(share.offer.terms).second
        recruiter = known.recruiters.get(share.enrollment_id)
        if second is None or recruiter is None:
            continue
        part = recruited(share.parts, second, share.winner.creator or "the creator")
        held = own.get(recruiter.creator_id) or _Share(
            winner=share.winner,
            enrollment_id=recruiter.enrollment_id,
            creator_id=recruiter.creator_id,
            offer=share.offer,
            parts=[],
            weight=Decimal(0),
        )
        own[recruiter.creator_id] = msgspec.structs.replace(held, parts=[*held.parts, part])
    return list(own.values())


def _earning(share: _Share, parts: Sequence[Part], standing: Standing) -> Earning:
    verdict = standing.verdicts.get(share.creator_id)
    lines = tuple(part.line for part in parts)
    return Earning(
        creator_id=share.creator_id,
        enrollment_id=share.enrollment_id,
        program_id=share.winner.program_id or 0,
        offer_id=share.offer.id,
        version=share.offer.version,
        weight=share.weight,
        gmv_minor=share.gmv_minor,
        gross_minor=share.gross_minor,
        net_minor=share.net_minor,
        commission_minor=sum(line.commission_minor for line in lines),
        earned_minor=_earned(lines, standing, verdict),
        paid_at=standing.paid_at,
        matures_at=_matures_at(share.offer, standing),
        flags=_open_flags(_flags(standing, share.winner.creator_id or 0), verdict),
        denied=verdict is not None and verdict.ruling is Ruling.DENIED,
        lines=lines,
        placed_commission_minor=sum(part.placed_minor for part in parts),
    )


def _matures_at(offer: OfferVersion, standing: Standing) -> datetime | None:
    """The end of the hold, which counts from payment, or from fulfilment where that comes later and the offer says so."""
    start = standing.paid_at
    if start is not None and offer.terms.hold_from is HoldFrom.FULFILLED:
        start = max(start, standing.fulfilled_at) if standing.fulfilled_at is not None else None
    return start + timedelta(days=offer.terms.hold_days) if start is not None else None


def _earned(lines: Sequence[LineEarning], standing: Standing, verdict: Verdict | None) -> int:
    """What should stand in the books: as much as was paid for and no dispute took away, line by line."""
    if verdict is not None and verdict.ruling is Ruling.DENIED:
        return 0
    if standing.paid_at is None and standing.captured is None:
        return 0
    paid, due = standing.captured or (1, 1)
    lost, whole = standing.lost or (0, 1)
    if due <= 0:
        return 0
    part, of = max(0, min(paid, due)) * (whole - lost), due * whole
    return sum(half_even(line.commission_minor * part, of) for line in lines)


def _flags(standing: Standing, creator_id: int) -> tuple[str, ...]:
    return (*standing.flags, *standing.creator_flags.get(creator_id, ()))


def _open_flags(flags: Sequence[str], verdict: Verdict | None) -> tuple[str, ...]:
    """The flags that nobody has cleared; a hold by hand is one itself."""
    if verdict is None:
        return tuple(flags)
    if verdict.ruling is Ruling.HELD:
        return (*flags, HELD_BY_HAND)
    return tuple(flag for flag in flags if flag not in verdict.cleared)
