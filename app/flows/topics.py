"""Which flow answers which topic: the table of contents of everything that Shopify tells us."""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.db.session import BatchSession
from app.flows import provider_events
from app.flows.catalogue import (
    REREAD_TOPIC,
    collection_changed,
    product_changed,
    product_deleted,
    products_reread,
)
from app.flows.data_request import answer_data_request
from app.flows.desk import Desk
from app.flows.reconcile_jobs import wake
from app.flows.redact import redact_customer, redact_shop
from app.flows.scopes_update import update_scopes
from app.flows.shop_update import update_shop
from app.flows.take_account import account_opened
from app.flows.uninstall import uninstall
from app.flows.watch_discounts import discount_changed
from app.inbox.model import StoredEvent
from app.shops.store import ShopContext

ORDER_TOPICS = frozenset(
    {
        "orders/create",
        "orders/updated",
        "orders/paid",
        "orders/cancelled",
        "orders/edited",
        "refunds/create",
        "disputes/create",
        "disputes/update",
        "orders/reread",
        "orders/journey",
    }
)
"""Taken in batches by flows/order_to_ledger; the topic says nothing, the state in the body does."""

Handler = Callable[[BatchSession, StoredEvent, ShopContext, Desk, datetime], str | None]
"""Answers one event; returns why it was ignored, or None when it was acted on. No HTTP in a handler."""

HANDLERS: Mapping[str, Handler] = {
    "app/uninstalled": uninstall,
    "app/scopes_update": update_scopes,
    "bulk_operations/finish": wake,
    "shop/update": update_shop,
    "discounts/update": discount_changed,
    "discounts/delete": discount_changed,
    "discounts/redeemcode_removed": discount_changed,
    "products/create": product_changed,
    "products/update": product_changed,
    "products/delete": product_deleted,
    "collections/create": collection_changed,
    "collections/update": collection_changed,
    "collections/delete": collection_changed,
    REREAD_TOPIC: products_reread,
    "customers/create": account_opened,
    "customers/data_request": answer_data_request,
    "customers/redact": redact_customer,
    "shop/redact": redact_shop,
    **dict.fromkeys(provider_events.TOPICS, provider_events.told),
}
"""One event at a time, each on its own."""
