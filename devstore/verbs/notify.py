"""The store's own "Send test notification": a canned order, signed with the store's secret, not the app's (T11)."""

from devstore.jsonbody import to_json
from devstore.model import Shop
from devstore.payloads.order import order_body
from devstore.state import Event, State
from devstore.verbs.test_order import canned_order

STORE_SECRET = "the-store-s-own-notification-secret"  # noqa: S105  # nobody's; the app must not know it


def send_test_notification(state: State, shop: Shop, topic: str = "orders/create") -> None:
    """Sent to the app's address although the app cannot verify it: 401 is the right answer."""
    with state.acting():
        if state.listener is not None:
            body = to_json(order_body(state, shop, canned_order(state, shop)))
            event = Event(shop.domain, topic, body, state.next_uuid("event"), state.now, STORE_SECRET)
            state.listener(event)
