"""The body of orders/edited: which lines changed by how much, and which got a discount."""

from collections.abc import Collection, Mapping
from datetime import datetime

from devstore.model import Shop
from devstore.order_model import Order
from devstore.payloads.parts import Body, local


def edit_body(
    shop: Shop,
    order: Order,
    edit_id: int,
    deltas: Mapping[int, int],
    *,
    discounted: Collection[int],
    at: datetime,
) -> Body:
    """Deltas by line id; positive ones are additions. What a discounted line looks like in it is our guess."""
    return {
        "order_edit": {
            "id": edit_id,
            "app_id": None,
            "created_at": local(shop, at),
            "notify_customer": False,
            "order_id": order.id,
            "staff_note": None,
            "user_id": None,
            "line_items": {
                "additions": [{"id": key, "delta": delta} for key, delta in deltas.items() if delta > 0],
                "removals": [{"id": key, "delta": -delta} for key, delta in deltas.items() if delta < 0],
            },
            "discounts": {"line_item": {"additions": [{"id": key} for key in discounted], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }
