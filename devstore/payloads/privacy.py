"""The three compliance bodies."""

from devstore.model import Customer, Shop
from devstore.payloads.parts import Body


def data_request_body(shop: Shop, customer: Customer, number: int) -> Body:
    """customers/data_request."""
    asked = {"orders_requested": _orders(shop, customer), "data_request": {"id": number}}
    return shop_redact_body(shop) | asked | {"customer": _customer(customer)}


def redact_body(shop: Shop, customer: Customer) -> Body:
    """customers/redact."""
    orders = {"orders_to_redact": _orders(shop, customer)}
    return shop_redact_body(shop) | orders | {"customer": _customer(customer)}


def shop_redact_body(shop: Shop) -> Body:
    """shop/redact."""
    return {"shop_id": shop.id, "shop_domain": shop.domain}


def _customer(customer: Customer) -> Body:
    return {"id": customer.id, "email": customer.email, "phone": customer.phone}


def _orders(shop: Shop, customer: Customer) -> list[int]:
    return [order.id for order in shop.orders.values() if order.customer_id == customer.id]
