"""Keep the newest version of every order of a batch, and merge the refunds. Idempotent."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from app.db.session import BatchSession
from app.orders import store
from app.orders.model import DisputeFacts, Journey, OrderFacts, RefundFacts
from app.orders.store import befell


def apply(
    session: BatchSession,
    incoming: Sequence[store.Incoming],
    refunds: Sequence[tuple[int, RefundFacts]],
    disputes: Sequence[tuple[int, DisputeFacts]] = (),
    journeys: Sequence[tuple[int, Journey]] = (),
) -> list[store.StoredOrder]:
    """Apply deliveries in any order, any number of times: the newest version of each order stays.

    Returns how each order named by a delivery stands now, sorted by key and locked until commit.
    A refund, dispute or journey whose order is not here yet is kept, and counts when the order comes.
    """
    newest: dict[store.Key, store.Incoming] = {}
    for order in incoming:
        held = newest.get(order.key)
        newest[order.key] = order if held is None else merge(held, order)
    befallen = {(shop_id, r.order_id) for shop_id, r in refunds}
    befallen |= {(shop_id, d.order_id) for shop_id, d in disputes}
    befallen |= {(shop_id, j.order_id) for shop_id, j in journeys}
    alone = sorted(befallen - newest.keys())
    store.guard(session, alone)
    stand = store.upsert(session, [newest[k] for k in sorted(newest)])
    store.guard(session, [o.key for o in stand if o.is_new])
    stand += store.lock(session, alone)
    befell.merge_refunds(session, refunds)
    befell.merge_disputes(session, disputes)
    befell.merge_journeys(session, journeys)
    return store.with_refunds(session, sorted(stand, key=lambda o: o.key))


def merge(one: store.Incoming, other: store.Incoming) -> store.Incoming:
    """The newer version of two, with the earlier times of payment and of sending, and the most that came in.

    An answer of GraphQL says nothing of the shopper; who it was is kept from the body that does.
    """
    older, newer = sorted((one, other), key=lambda o: o.version)
    paid = [o.paid_at for o in (one, other) if o.paid_at is not None]
    sent = [o.fulfilled_at for o in (one, other) if o.fulfilled_at is not None]
    received = [o.received_minor for o in (one, other) if o.received_minor is not None]
    return msgspec.structs.replace(
        newer,
        paid_at=min(paid, default=None),
        fulfilled_at=min(sent, default=None),
        received_minor=max(received, default=None),
        customer_key=newer.customer_key or older.customer_key,
        email_key=newer.email_key or older.email_key,
        origin=newer.origin if newer.origin is not None else older.origin,
        origin_version=newer.origin_version or older.origin_version,
    )


def paid_at(order: OrderFacts) -> datetime | None:
    """When this body shows the order paid in full: its own updated_at, the least of which is kept."""
    return order.updated_at if order.financial_status.is_paid else None
