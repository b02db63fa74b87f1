"""The story: an order arrives, its creator earns, the books show it.

A batch of events of many shops goes through in one transaction, each step as set-based SQL. Every
step re-derives from facts, so that any order of deliveries, repeated any number of times, ends at
the same balances.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from app.db.session import BatchSession
from app.flows.desk import Desk
from app.flows.evaluate import evaluate
from app.flows.origin import customer_of, email_of, origin_of
from app.inbox import claim
from app.inbox.model import Outcome, Source, State, StoredEvent
from app.kernel.errors import RefusedError
from app.kernel.period import day_of
from app.orders import apply as orders
from app.orders.model import DisputeFacts, FinancialStatus, Journey, OrderEvent, RefundFacts, Version
from app.orders.store import Incoming, StoredOrder
from app.shopify import payloads, payloads_dispute, payloads_graphql, payloads_journey, payloads_refund
from app.shops.store import ShopContext, note_embed
from app.tracking.click import CLICK_ATTRIBUTE
from app.tracking.store import turns

REFUND_TOPIC = "refunds/create"
DISPUTE_TOPICS = frozenset({"disputes/create", "disputes/update"})
EDIT_TOPIC = "orders/edited"
REREAD_TOPIC = "orders/reread"
"""Ours: the answer of GraphQL about one order, put into the inbox by flows/reread_order."""
JOURNEY_TOPIC = "orders/journey"
"""Ours: the visits before an order, put into the inbox by flows/follow_journeys."""


class Read(msgspec.Struct, frozen=True):
    """What one event said."""

    event: StoredEvent
    shop: ShopContext
    order_id: int
    """The order it speaks of."""
    order: OrderEvent | None = None
    refunds: tuple[RefundFacts, ...] = ()
    disputes: tuple[DisputeFacts, ...] = ()
    journey: Journey | None = None

    @property
    def leaves_open(self) -> bool:
        """Whether the webhook alone does not settle it: an edit without the order, money under way or in parts."""
        if self.event.topic == EDIT_TOPIC or any(refund.needs_reread for refund in self.refunds):
            return True
        return self.order is not None and self.order.order.financial_status is FinancialStatus.PARTIALLY_PAID


def run(
    session: BatchSession,
    events: Sequence[StoredEvent],
    shops: Mapping[str, ShopContext],
    desk: Desk,
    now: datetime,
) -> list[Outcome]:
    """Take these order and refund events into the books. Safe to run again."""
    read, settled = _read_all(events, shops)
    turns.to_judge(session, {r.shop.id for r in read})
    stand = orders.apply(
        session,
        [incoming(r, r.order, desk) for r in read if r.order is not None],
        [(r.shop.id, refund) for r in read for refund in r.refunds],
        [(r.shop.id, dispute) for r in read for dispute in r.disputes],
        [(r.shop.id, r.journey) for r in read if r.journey is not None],
    )
    evaluate(session, stand, {shop.id: shop for shop in shops.values()}, now)
    _note_embeds(session, stand)
    _ask_again(session, read, {order.key for order in stand}, desk)
    return [*settled, *(Outcome(r.event.id, State.DONE, order_id=r.order_id) for r in read)]


def _note_embeds(session: BatchSession, stand: Sequence[StoredOrder]) -> None:
    """Only the theme embed writes a click into a cart: so the merchant sees that it is on."""
    told = [o for o in stand if any(name == CLICK_ATTRIBUTE for name, _ in o.origin.attributes)]
    if told:
        day = max(o.facts.placed_at for o in told).date().isoformat()
        note_embed(session, {o.shop_id for o in told}, day)


def _read_all(
    events: Iterable[StoredEvent], shops: Mapping[str, ShopContext]
) -> tuple[list[Read], list[Outcome]]:
    """What can be read, and the rest with its reason. An unreadable body is parked: no retry will mend it."""
    read: list[Read] = []
    settled: list[Outcome] = []
    for event in events:
        try:
            said = read_event(event, shops[event.shop_domain])
        except RefusedError as refusal:
            settled.append(claim.park(event, str(refusal)))
            continue
        if said is None:
            settled.append(Outcome(event.id, State.IGNORED, "This dispute is about no order."))
        else:
            read.append(said)
    return read, settled


def read_event(event: StoredEvent, shop: ShopContext) -> Read | None:
    """What the event said; None when it is about no order. Raises BadPayload and its like."""
    if event.topic in DISPUTE_TOPICS:
        dispute = payloads_dispute.dispute(event.body, event.triggered_at)
        return Read(event, shop, dispute.order_id, disputes=(dispute,)) if dispute else None
    if event.topic == EDIT_TOPIC:
        return Read(event, shop, payloads.edited_order_id(event.body))
    if event.topic == REFUND_TOPIC:
        refund = payloads_refund.refund(event.body)
        return Read(event, shop, refund.order_id, refunds=(refund,))
    if event.topic == JOURNEY_TOPIC:
        journey = payloads_journey.journey(event.body, event.triggered_at)
        return Read(event, shop, journey.order_id, journey=journey)
    if event.topic == REREAD_TOPIC:
        order = payloads_graphql.order(event.body, event.triggered_at)
    else:
        order = payloads.order(event.body)
    return Read(event, shop, order.order.id, order, order.refunds, order.disputes)


def version_of(
    event: StoredEvent, updated_at: datetime, status: FinancialStatus, *, cancelled: bool
) -> Version:
    """Where the event's body stands among the versions of its order."""
    return Version(
        updated_at=updated_at,
        source=1 if event.source is not Source.WEBHOOK else 0,
        triggered_at=event.triggered_at,
        cancelled=cancelled,
        financial_rank=status.rank,
        digest=event.body_sha256,
    )


def incoming(read: Read, said: OrderEvent, desk: Desk) -> Incoming:
    """The order as this event has it, its people hidden behind pseudonyms."""
    facts, event = said.order, read.event
    cancelled = facts.cancelled_at is not None
    version = version_of(event, facts.updated_at, facts.financial_status, cancelled=cancelled)
    key = desk.shop_key(read.shop)
    return Incoming(
        shop_id=read.shop.id,
        facts=facts,
        version=version.packed(),
        placed_on=day_of(facts.placed_at, read.shop.timezone),
        paid_at=said.paid_at or orders.paid_at(facts),
        customer_key=customer_of(said, key),
        email_key=email_of(said, key),
        origin=origin_of(said, key),
        event_id=event.id,
        event_digest=event.body_sha256,
        received_minor=said.received_minor,
        fulfilled_at=said.fulfilled_at,
    )


def _ask_again(session: BatchSession, read: Sequence[Read], held: set[tuple[int, int]], desk: Desk) -> None:
    """Queue a re-read by GraphQL where the webhook alone does not settle it (precision.md 2)."""
    for r in read:
        missing = (r.shop.id, r.order_id) not in held
        if r.shop.offline or r.event.source is not Source.WEBHOOK:
            continue
        if missing or r.leaves_open:
            desk.queue.defer(
                session,
                "orders.reread",
                {"shop_id": r.shop.id, "order_id": r.order_id},
                lock=f"shop/{r.shop.id}",
                once=f"reread/{r.shop.id}/{r.order_id}",
            )
