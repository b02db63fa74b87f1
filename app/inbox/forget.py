"""What the inbox knows of a person or of a shop, and forgetting it. The flows of privacy call this."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, text, update

from app.db.session import Fenced
from app.inbox.packing import unpack
from app.inbox.tables import InboxEvent
from app.kernel.ids import EventId

_ABOUT_CUSTOMERS = ("customers/data_request", "customers/redact")


@dataclass(frozen=True)
class HeldBody:
    """One stored body."""

    id: EventId
    topic: str
    received_at: datetime
    body: bytes


_FORGOTTEN = text("""
    select distinct k.shop_id, k.order_id
    from unnest(cast(:shops as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
    join shops s on s.id = k.shop_id
    join inbox i on i.shop_domain = s.domain and i.order_id = k.order_id and i.redacted_at is not null
    order by 1, 2
""")


def forgotten(session: Fenced, orders: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of these (shop id, order id) whose shopper was forgotten."""
    columns = {"shops": [shop for shop, _ in orders], "orders": [order for _, order in orders]}
    return [(row.shop_id, row.order_id) for row in session.execute(_FORGOTTEN, columns)]


def bodies_of_orders(session: Fenced, shop_domain: str, order_ids: Collection[int]) -> list[HeldBody]:
    """Every body that spoke of these orders, in the order of arrival."""
    return _held(session, shop_domain, InboxEvent.order_id.in_(sorted(order_ids)))


def bodies_of_no_order(session: Fenced, shop_domain: str) -> list[HeldBody]:
    """Bodies that may name a customer without belonging to an order: privacy requests, and what was not read."""
    unread = and_(InboxEvent.order_id.is_(None), InboxEvent.state.in_(("new", "parked")))
    return _held(session, shop_domain, or_(InboxEvent.topic.in_(_ABOUT_CUSTOMERS), unread))


def rewrite(session: Fenced, event_id: EventId, body: bytes, now: datetime) -> None:
    """Put a redacted body in the place of the raw one, as it is. The digest of what was received stays."""
    session.execute(
        update(InboxEvent).where(InboxEvent.id == event_id).values(body=body, packing=None, redacted_at=now),
        execution_options={"synchronize_session": False},
    )


def forget_shop(session: Fenced, shop_domain: str, now: datetime) -> None:
    """Empty every body of the shop; topics, times and digests stay for the books."""
    session.execute(
        update(InboxEvent)
        .where(InboxEvent.shop_domain == shop_domain)
        .values(body=b"", packing=None, redacted_at=now, reason=None),
        execution_options={"synchronize_session": False},
    )


def _held(session: Fenced, shop_domain: str, which: ColumnElement[bool]) -> list[HeldBody]:
    event = InboxEvent
    query = select(event.id, event.topic, event.received_at, event.body, event.packing).where(
        event.shop_domain == shop_domain, which
    )
    return [
        HeldBody(EventId(row.id), row.topic, row.received_at, unpack(row.body, row.packing))
        for row in session.execute(query.order_by(event.id))
    ]
