"""customers/data_request: put everything we hold about a customer into a file for the merchant.

Shopify gives 30 days; it is done while the event is handled. The merchant downloads it from Settings.
"""

import json
from datetime import datetime
from typing import Any

from app.attribution import forget as evidence
from app.db.session import BatchSession
from app.flows.customer import Customer, find_customer, visits_of
from app.flows.desk import Desk
from app.inbox.forget import HeldBody
from app.inbox.model import StoredEvent
from app.kernel.ids import ShopId
from app.leads import forget as leads
from app.orders import forget as orders
from app.shops import store
from app.shops.store import ShopContext
from app.storefront import forget as storefront
from app.tracking import forget as tracking


def answer_data_request(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, now: datetime
) -> str | None:
    """Write the file into the request. Asked twice, answered once. Raises BadPrivacyRequest."""
    customer = find_customer(session, event, shop, desk)
    shop_id = ShopId(shop.id)
    is_new = store.open_privacy_request(
        session, shop_id, kind=event.topic, request_key=customer.request_key, received_at=event.received_at
    )
    if not is_new:
        return "The same request was answered before."
    store.close_privacy_request(
        session,
        shop_id,
        kind=event.topic,
        request_key=customer.request_key,
        done_at=now,
        answer=_file(session, shop_id, customer, now),
    )
    return None


def _file(session: BatchSession, shop_id: ShopId, customer: Customer, now: datetime) -> dict[str, Any]:
    candidates = evidence.held(session, shop_id, customer.order_ids)
    visits = visits_of(session, shop_id, customer)
    return {
        "about": {"customer_id": customer.id},
        "made_at": now.isoformat(),
        "orders": [
            {**order, "evidence": candidates.get(order["id"], [])}
            for order in orders.held(session, shop_id, customer.order_ids)
        ],
        "visits": tracking.held(session, shop_id, visits),
        "pixel": tracking.seen(session, shop_id, visits),
        "applications": storefront.held(session, shop_id, customer.email),
        "leads": leads.held(session, shop_id, customer.person, customer.id),
        "account": leads.account_held(session, shop_id, customer.key),
        "received": [_received(held) for held in customer.bodies],
    }


def _received(held: HeldBody) -> dict[str, Any]:
    return {"topic": held.topic, "received_at": held.received_at.isoformat(), "body": _readable(held.body)}


def _readable(body: bytes) -> Any:
    """The body as JSON, or as text where it is none. PostgreSQL takes no NUL in either."""
    try:
        return json.loads(body.replace(b"\\u0000", b""))
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace").replace("\0", "")
