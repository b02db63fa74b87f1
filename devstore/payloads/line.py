"""Line items and shipping lines of order and refund bodies."""

from devstore.money import text
from devstore.order_model import Order, OrderLine, ShippingLine
from devstore.payloads.parts import Body, allocations, bag, tax_lines
from devstore.sent import line_status, unsent


def line_body(order: Order, line: OrderLine, *, in_refund: bool = False) -> Body:
    """A line item. A refund that travels alone has it without two keys (samples 04 to 06).

    `total_discount` is "0.00" even when allocations exist, as in every real body.
    """
    body = _identity(line) | _condition(order, line)
    body |= {
        "price": text(line.price, order.currency),
        "price_set": bag(order, line.price),
        "total_discount": text(line.price * 0, order.currency),
        "total_discount_set": bag(order, line.price * 0),
        "tax_lines": tax_lines(order, line.tax_lines),
        "duties": [],
        "discount_allocations": allocations(order, line.allocations),
        "selling_plan_id": line.selling_plan_id,
    }
    if in_refund:
        del body["attributed_staffs"], body["current_quantity"]
    return body


def _identity(line: OrderLine) -> Body:
    return {
        "id": line.id,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line.id}",
        "attributed_staffs": [],
        "name": f"{line.title} - {line.variant_title}" if line.variant_title else line.title,
        "title": line.title,
        "product_exists": True,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "variant_title": line.variant_title or None,
        "variant_inventory_management": None if line.gift_card else "shopify",
        "sku": line.sku,
        "vendor": line.vendor,
        "properties": [{"name": key, "value": value} for key, value in line.properties.items()],
    }


def _condition(order: Order, line: OrderLine) -> Body:
    return {
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": unsent(order, line),
        "fulfillment_service": "gift_card" if line.gift_card else "manual",
        "fulfillment_status": line_status(order, line),
        "gift_card": line.gift_card,
        "grams": line.grams,
        "quantity": line.quantity,
        "requires_shipping": line.requires_shipping,
        "taxable": line.taxable,
    }


def shipping_body(order: Order, parcel: ShippingLine, *, in_refund: bool = False) -> Body:
    """A shipping line; inside a refund it has no `is_removed`."""
    body: Body = {
        "id": parcel.id,
        "carrier_identifier": None,
        "code": parcel.title,
        "discounted_price": text(parcel.discounted_price, order.currency),
        "discounted_price_set": bag(order, parcel.discounted_price),
        "is_removed": False,
        "phone": None,
        "price": text(parcel.price, order.currency),
        "price_set": bag(order, parcel.price),
        "requested_fulfillment_service_id": None,
        "source": "shopify",
        "title": parcel.title,
        "tax_lines": tax_lines(order, parcel.tax_lines),
        "discount_allocations": allocations(order, parcel.allocations),
    }
    if in_refund:
        del body["is_removed"]
    return body
