"""Take a portion of the inbox into the books again: as flows/order_to_ledger does, but reading less.

All events of an order come side by side, so of its many versions only the newest is read whole; each
order is judged once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from app.db.session import BatchSession
from app.flows.desk import Desk
from app.flows.evaluate_apart import evaluate_apart
from app.flows.order_to_ledger import (
    DISPUTE_TOPICS,
    EDIT_TOPIC,
    JOURNEY_TOPIC,
    REFUND_TOPIC,
    REREAD_TOPIC,
    read_event,
    version_of,
)
from app.flows.order_to_ledger import incoming as incoming_of
from app.inbox.model import StoredEvent
from app.kernel.errors import RefusedError
from app.orders import apply as orders
from app.orders.model import DisputeFacts, Journey, RefundFacts, Version
from app.orders.store import Incoming
from app.shopify.payloads_glance import Glance, glance
from app.shops.store import ShopContext

READ_WHOLE = frozenset({REFUND_TOPIC, EDIT_TOPIC, REREAD_TOPIC, JOURNEY_TOPIC, *DISPUTE_TOPICS})
"""Topics whose bodies are no webhook's order."""


class _Seen(msgspec.Struct, frozen=True, gc=False):
    """One version of an order that was glanced at."""

    version: Version
    event: StoredEvent
    glance: Glance


@dataclass
class _Portion:
    """What a portion of events said."""

    shop: ShopContext
    desk: Desk
    incoming: list[Incoming] = field(default_factory=list)
    refunds: list[tuple[int, RefundFacts]] = field(default_factory=list)
    disputes: list[tuple[int, DisputeFacts]] = field(default_factory=list)
    journeys: list[tuple[int, Journey]] = field(default_factory=list)
    versions: dict[int, list[_Seen]] = field(default_factory=dict)
    """Of each order, by its id."""
    unreadable: list[str] = field(default_factory=list)

    def note(self, event: StoredEvent, refusal: RefusedError) -> None:
        """The event cannot be read any more."""
        self.unreadable.append(
            f"event {event.id} ({event.topic}) was acted on once and cannot be read any more: {refusal}"
        )


def take(
    session: BatchSession, events: Sequence[StoredEvent], shop: ShopContext, desk: Desk, as_of: datetime
) -> list[str]:
    """Take these events of one shop into the books. Returns a sentence for each that cannot be read or judged any more."""
    portion = _Portion(shop, desk)
    for event in events:
        try:
            _look_at(portion, event)
        except RefusedError as refusal:
            portion.note(event, refusal)
    for versions in portion.versions.values():
        newest = max(versions, key=_version)
        try:
            portion.incoming.append(_newest(portion, versions, newest))
        except RefusedError as refusal:
            portion.note(newest.event, refusal)
    stand = orders.apply(session, portion.incoming, portion.refunds, portion.disputes, portion.journeys)
    refused = evaluate_apart(session, stand, {shop.id: shop}, as_of)
    portion.unreadable += [f"order {order.facts.name} cannot be judged: {why}" for order, why in refused]
    return portion.unreadable


def _look_at(portion: _Portion, event: StoredEvent) -> None:
    if event.topic in READ_WHOLE:
        _read(portion, event)
    else:
        _glance(portion, event)


def _read(portion: _Portion, event: StoredEvent) -> None:
    read = read_event(event, portion.shop)
    if read is None:
        return
    portion.refunds += [(portion.shop.id, refund) for refund in read.refunds]
    portion.disputes += [(portion.shop.id, dispute) for dispute in read.disputes]
    portion.journeys += [(portion.shop.id, read.journey)] if read.journey is not None else []
    if read.order is not None:
        portion.incoming.append(incoming_of(read, read.order, portion.desk))


def _glance(portion: _Portion, event: StoredEvent) -> None:
    seen = glance(event.body)
    version = version_of(event, seen.updated_at, seen.financial_status, cancelled=seen.is_cancelled)
    if seen.refunds:
        portion.refunds += [(portion.shop.id, refund) for refund in seen.refunds]
    portion.versions.setdefault(seen.order_id, []).append(_Seen(version, event, seen))


def _newest(portion: _Portion, versions: list[_Seen], newest: _Seen) -> Incoming:
    """The newest version read whole, with the earliest payment and sending that any of them tells.

    Where it does not say who bought, an older one may: then all of them are read.
    """
    whole = _whole(portion, newest.event)
    if whole.customer_key is None or whole.email_key is None:
        for seen in versions:
            whole = orders.merge(whole, _whole(portion, seen.event)) if seen is not newest else whole
        return whole
    paid = [seen.glance.updated_at for seen in versions if seen.glance.financial_status.is_paid]
    sent = [seen.glance.fulfilled_at for seen in versions if seen.glance.fulfilled_at is not None]
    return msgspec.structs.replace(
        whole, paid_at=min(paid, default=None), fulfilled_at=min(sent, default=None)
    )


def _version(seen: _Seen) -> Version:
    return seen.version


def _whole(portion: _Portion, event: StoredEvent) -> Incoming:
    read = read_event(event, portion.shop)
    if read is None or read.order is None:
        raise ValueError(f"event {event.id} of topic {event.topic} holds no order")
    return incoming_of(read, read.order, portion.desk)
