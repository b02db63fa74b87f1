"""The body of the returns/* webhooks, as far as anybody may read it: what comes back and what is handed out."""

from devstore.life_model import Return
from devstore.model import Shop
from devstore.order_model import Order
from devstore.payloads.parts import Body, local


def return_body(shop: Shop, order: Order, one: Return) -> Body:
    """A return as it stands."""
    return {
        "id": one.id,
        "admin_graphql_api_id": f"gid://shopify/Return/{one.id}",
        "order_id": order.id,
        "name": f"{order.name}-R{one.number}",
        "status": one.status,
        "created_at": local(shop, one.created_at),
        "closed_at": local(shop, one.closed_at),
        "return_line_items": [{"line_item_id": i, "quantity": n} for i, n in one.lines.items()],
        "exchange_line_items": [{"line_item_id": i} for i in one.exchange_lines],
    }
