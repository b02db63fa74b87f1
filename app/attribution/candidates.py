"""Evidence of an order as candidates: each tested against every rule before any of them is compared. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from app.attribution.model import Assignment, Candidate, Kind, Reason
from app.campaigns.crediting import crediting_at
from app.campaigns.model import CreditWhen, OfferVersion, in_force
from app.orders.model import DiscountUse, OrderFacts
from app.tracking.click import Consent, Verdict, Visit
from app.tracking.model import CodeOwner, Owner, fold

GIFT_TAG = "tribute-gift"
"""On orders that this app creates to send a creator something."""
POS, DRAFT = "pos", "shopify_draft_order"
"""Shopify's source_name of orders that an offer has a policy for: no storefront page comes before them."""


class Bound(msgspec.Struct, frozen=True):
    """The first order of this customer that was credited, and to whom."""

    owner: Owner
    order: str
    """Its name."""
    at: datetime


class Context(msgspec.Struct, frozen=True):
    """What the shop holds that bears on one order."""

    installed_at: datetime
    owners: Mapping[str, CodeOwner]
    """By folded code."""
    offers: Mapping[int, Sequence[OfferVersion]]
    """By program id."""
    email_key: bytes | None = None
    """Pseudonym of the shopper's e-mail, when the app may see it."""
    customer_key: bytes | None = None
    """Pseudonym of the shopper's customer record."""
    visits: tuple[Visit, ...] = ()
    """Clicks of this shopper before the order, oldest first; whose they are when it was placed."""
    bound: Bound | None = None
    assignment: Assignment | None = None
    """What a human decided; it stands before all evidence."""
    people: Mapping[int, Owner] = {}
    """By enrollment id: whom the assignment names."""
    tags: tuple[str, ...] = ()
    model: str | None = None
    """Another model than the program's, for a what-if."""

    def everybody(self, at: datetime) -> Iterator[Owner]:
        """Whoever any evidence belongs to, in the program in which they were then."""
        yield from (owner.when(at) for owner in self.owners.values())
        yield from (visit.owner for visit in self.visits)
        yield from (self.bound.owner,) if self.bound else ()


def gather(order: OrderFacts, context: Context) -> list[Candidate]:
    """All evidence: codes in the order's own sequence, visits oldest first, then the binding."""
    uses = [u for u in order.discounts if u.kind in {"discount_code", "manual"} and u.value]
    found = [_code(use, order, context) for use in uses]
    found += [_click(visit, order, context) for visit in context.visits]
    return [*found, *_binding(order, context)]


def by_hand(order: OrderFacts, context: Context) -> list[Candidate]:
    """Each creator whom a human named, with the weight they were given."""
    if context.assignment is None:
        return []
    return [
        msgspec.structs.replace(
            _candidate(
                Kind.MANUAL,
                context.assignment.reason,
                owner,
                context.assignment.decided_at,
                [*_never(owner, order, context), *_no_offer(owner, order, context)],
            ),
            weight=weight,
        )
        for enrollment_id, weight in context.assignment.shares
        if (owner := context.people.get(enrollment_id)) is not None
    ]


def _code(use: DiscountUse, order: OrderFacts, context: Context) -> Candidate:
    found = context.owners.get(fold(use.value)) if use.kind == "discount_code" else None
    if found is None:
        reason = Reason.UNOWNED_CODE if use.kind == "discount_code" else Reason.MANUAL_DISCOUNT
        return _candidate(Kind.CODE, use.value, None, order.placed_at, [reason], took=use.allocated_minor)
    owner = found.when(order.placed_at)
    failed = list(_never(owner, order, context))
    if not owner.is_valid(order.placed_at):
        failed.append(Reason.CODE_NOT_VALID)
    failed += _terms(owner, order, context, Kind.CODE)
    made = _candidate(Kind.CODE, use.value, owner, order.placed_at, failed, took=use.allocated_minor)
    if owner.handed is None:
        return made
    return msgspec.structs.replace(made, handed_at=owner.handed.at, handed_to=owner.handed.click_id)


def _click(visit: Visit, order: OrderFacts, context: Context) -> Candidate:
    days = crediting_at(visit.owner.history, order.placed_at).window_days
    failed = list(_never(visit.owner, order, context))
    if visit.verdict is Verdict.BOT:
        failed.append(Reason.BOT_CLICK)
    if visit.consent is Consent.DENIED:
        failed.append(Reason.NO_CONSENT)
    if order.placed_at - visit.at > timedelta(days=days):
        failed.append(Reason.OUT_OF_WINDOW)
    failed += _terms(visit.owner, order, context, Kind.CLICK)
    found = _candidate(Kind.CLICK, visit.owner.slug, visit.owner, visit.at, failed, window_days=days)
    return msgspec.structs.replace(found, found_by=visit.found_by.value)


def _binding(order: OrderFacts, context: Context) -> list[Candidate]:
    """The creator to whom this customer is bound, where the program binds customers."""
    bound = context.bound
    days = crediting_at(bound.owner.history, order.placed_at).binding_days if bound else 0
    if bound is None or days == 0:
        return []
    failed = [*_never(bound.owner, order, context)]
    if days is not None and order.placed_at - bound.at > timedelta(days=days):
        failed.append(Reason.BINDING_OVER)
    failed += _terms(bound.owner, order, context, Kind.BINDING)
    return [_candidate(Kind.BINDING, bound.order, bound.owner, bound.at, failed, window_days=days)]


def _never(owner: Owner, order: OrderFacts, context: Context) -> Iterator[Reason]:
    """What no order is ever credited for, whatever the evidence and whoever decides. Source: semantics.md 2."""
    if order.test:
        yield Reason.TEST_ORDER
    if any(tag.strip().lower() == GIFT_TAG for tag in context.tags):
        yield Reason.GIFT_ORDER
    if order.placed_at < context.installed_at:
        yield Reason.BEFORE_INSTALL
    if _is_self(owner, context):
        yield Reason.SELF_REFERRAL


def _is_self(owner: Owner, context: Context) -> bool:
    """Whether the creator is the shopper: their code discounts, and never earns."""
    by_mail = owner.email_key is not None and owner.email_key == context.email_key
    return by_mail or (owner.customer_key is not None and owner.customer_key == context.customer_key)


def _terms(owner: Owner, order: OrderFacts, context: Context, kind: Kind) -> Iterator[Reason]:
    """What the creator's standing and the offer in force say."""
    if not owner.is_active(order.placed_at):
        yield Reason.PAUSED
    offer = in_force(list(context.offers.get(owner.program_id, ())), order.placed_at)
    if offer is None:
        yield Reason.NO_OFFER
        return
    policy = {POS: offer.terms.pos, DRAFT: offer.terms.drafts}.get(order.source_name, CreditWhen.ALWAYS)
    if policy is CreditWhen.NEVER or (policy is CreditWhen.WITH_CODE and kind is not Kind.CODE):
        yield Reason.CHANNEL_EXCLUDED


def _no_offer(owner: Owner, order: OrderFacts, context: Context) -> Iterator[Reason]:
    if in_force(list(context.offers.get(owner.program_id, ())), order.placed_at) is None:
        yield Reason.NO_OFFER


def _candidate(
    kind: Kind,
    value: str,
    owner: Owner | None,
    seen_at: datetime,
    failed: Sequence[Reason],
    *,
    took: int | None = None,
    window_days: int | None = None,
) -> Candidate:
    return Candidate(
        kind=kind,
        value=value,
        creator=owner.creator if owner else None,
        won=False,
        reason_code=failed[0] if failed else Reason.WON,
        reason="",
        enrollment_id=owner.enrollment_id if owner else None,
        creator_id=owner.creator_id if owner else None,
        program_id=owner.program_id if owner else None,
        seen_at=seen_at,
        discount_minor=took,
        failed=tuple(failed),
        window_days=window_days,
    )
