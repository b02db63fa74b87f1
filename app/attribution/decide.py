"""Who brought an order: every candidate tested, ranked and kept, whether it won or lost.

Pure: the same facts give the same decision, whenever they are looked at. Source: semantics.md 2.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from app.attribution.model import Candidate, Decision, Flag, Kind, Reason
from app.attribution.modelbook import DEFAULT, model_of
from app.attribution.sentences import sentence
from app.attribution.touchpoint import Touchpoint
from app.campaigns.model import OfferVersion, in_force
from app.orders.model import DiscountUse, OrderFacts
from app.tracking.model import CodeOwner, fold


class Context(msgspec.Struct, frozen=True):
    """What the shop holds that bears on one order."""

    installed_at: datetime
    owners: Mapping[str, CodeOwner]
    """By folded code."""
    offers: Mapping[int, Sequence[OfferVersion]]
    """By program id."""
    email_key: bytes | None
    """Pseudonym of the shopper's e-mail, when the app may see it."""


def decide(order: OrderFacts, context: Context) -> Decision:
    """Credit the order by its discount codes. Weights sum to exactly 1, or nobody is credited."""
    tested = [
        _test(use, order, context)
        for use in order.discounts
        if use.kind in {"discount_code", "manual"} and use.value
    ]
    eligible = [c for c in tested if c.reason_code is Reason.WON]
    touches = [
        Touchpoint(c.kind, c.creator_id or 0, order.placed_at, 0, c.discount_minor or 0) for c in eligible
    ]
    weights = model_of(DEFAULT).weights(touches, order.placed_at)
    share = dict(zip(map(id, eligible), weights, strict=True))
    winner = next((c for c in eligible if share[id(c)] > 0), None)
    settled = [_settle(c, winner, share.get(id(c), Decimal(0))) for c in tested]
    settled.sort(key=lambda c: (not c.won, c.reason_code not in _CLOSE_SECONDS, -(c.discount_minor or 0)))
    rivals = any(c.reason_code is Reason.SMALLER_DISCOUNT for c in settled)
    return Decision(
        model=DEFAULT,
        candidates=tuple(settled),
        reason_code=None if winner else _why_nobody(settled),
        flags=(Flag.TWO_CREATORS,) if rivals else (),
    )


_CLOSE_SECONDS = {Reason.SMALLER_DISCOUNT, Reason.SAME_CREATOR}


def _test(use: DiscountUse, order: OrderFacts, context: Context) -> Candidate:
    owner = context.owners.get(fold(use.value)) if use.kind == "discount_code" else None
    reason = _first_failure(use, owner, order, context) or Reason.WON
    return Candidate(
        kind=Kind.CODE,
        value=use.value,
        creator=owner.creator if owner else None,
        won=False,
        reason_code=reason,
        reason="",
        enrollment_id=owner.enrollment_id if owner else None,
        creator_id=owner.creator_id if owner else None,
        program_id=owner.program_id if owner else None,
        seen_at=order.placed_at,
        discount_minor=use.allocated_minor,
    )


def _first_failure(
    use: DiscountUse, owner: CodeOwner | None, order: OrderFacts, context: Context
) -> Reason | None:
    """The first test that this evidence fails, most telling first; None when it passes all."""
    if use.kind != "discount_code":
        return Reason.MANUAL_DISCOUNT
    if owner is None:
        return Reason.UNOWNED_CODE
    at = order.placed_at
    tests = (
        (order.test, Reason.TEST_ORDER),
        (at < context.installed_at, Reason.BEFORE_INSTALL),
        (owner.email_key is not None and owner.email_key == context.email_key, Reason.SELF_REFERRAL),
        (not owner.is_valid(at), Reason.CODE_NOT_VALID),
        (not owner.is_active(at), Reason.PAUSED),
        (in_force(list(context.offers.get(owner.program_id, ())), at) is None, Reason.NO_OFFER),
    )
    return next((reason for failed, reason in tests if failed), None)


def _settle(candidate: Candidate, winner: Candidate | None, weight: Decimal) -> Candidate:
    reason = candidate.reason_code
    if winner is not None and candidate is not winner and reason is Reason.WON:
        same = candidate.creator_id == winner.creator_id
        reason = Reason.SAME_CREATOR if same else Reason.SMALLER_DISCOUNT
    return msgspec.structs.replace(
        candidate,
        won=candidate is winner,
        weight=weight,
        reason_code=reason,
        reason=sentence(reason, candidate, winner),
    )


def _why_nobody(candidates: Sequence[Candidate]) -> Reason:
    """The most telling reason: of evidence that belongs to a creator, before any other."""
    owned = [c for c in candidates if c.creator is not None]
    chosen = next(iter(owned or candidates), None)
    return chosen.reason_code if chosen else Reason.NO_EVIDENCE
