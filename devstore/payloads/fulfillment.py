"""A parcel inside an order body."""

from devstore.life_model import Fulfillment
from devstore.model import Shop
from devstore.order_model import Order
from devstore.payloads.line import line_body
from devstore.payloads.parts import Body, local


def fulfillment_body(shop: Shop, order: Order, one: Fulfillment) -> Body:
    """One fulfillment; its lines carry the units of this parcel."""
    return {
        "id": one.id,
        "admin_graphql_api_id": f"gid://shopify/Fulfillment/{one.id}",
        "created_at": local(shop, one.created_at),
        "location_id": order.location_id,
        "name": f"{order.name}.{order.fulfillments.index(one) + 1}",
        "order_id": order.id,
        "origin_address": {},
        "receipt": {},
        "service": "manual",
        "shipment_status": None,
        "status": one.status,
        "tracking_company": None,
        "tracking_number": None,
        "tracking_numbers": [],
        "tracking_url": None,
        "tracking_urls": [],
        "updated_at": local(shop, one.updated_at),
        "line_items": [_line(order, line_id, units) for line_id, units in one.lines.items()],
    }


def _line(order: Order, line_id: int, units: int) -> Body:
    body = line_body(order, order.line(line_id)) | {"quantity": units}
    del body["selling_plan_id"]
    return body
