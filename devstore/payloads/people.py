"""The customer inside an order body, and as the body of customers/create."""

from devstore.model import Customer, Shop
from devstore.payloads.parts import Body, address, local


def customer_body(shop: Shop, customer: Customer | None, *, people: bool) -> Body | None:
    """The customer; without approval for protected data only the id and dates remain (T15)."""
    if customer is None:
        return None
    return {
        "id": customer.id,
        "email": customer.email if people else None,
        "created_at": local(shop, customer.created_at),
        "updated_at": local(shop, customer.updated_at),
        "first_name": customer.first_name if people else None,
        "last_name": customer.last_name if people else None,
        "state": "enabled" if customer.has_account else "disabled",
        "note": None,
        "verified_email": True,
        "multipass_identifier": None,
        "tax_exempt": False,
        "phone": customer.phone if people else None,
        "email_marketing_consent": {
            "state": "not_subscribed",
            "opt_in_level": "single_opt_in",
            "consent_updated_at": None,
        },
        "sms_marketing_consent": None,
        "tags": ", ".join(customer.tags),
        "currency": shop.currency,
        "tax_exemptions": [],
        "admin_graphql_api_id": f"gid://shopify/Customer/{customer.id}",
        "default_address": _default_address(customer) if people else None,
    }


def created_body(shop: Shop, customer: Customer, *, people: bool) -> Body:
    """customers/create: the customer is the whole body."""
    told = customer_body(shop, customer, people=people) or {}
    home = told["default_address"]
    return told | {
        "orders_count": 0,
        "total_spent": "0.00",
        "last_order_id": None,
        "addresses": [home] if home else [],
    }


def _default_address(customer: Customer) -> Body | None:
    home = address(customer.address)
    if home is None:
        return None
    del home["latitude"], home["longitude"]
    # One address a customer: its id may be the customer's.
    own = {"id": customer.id, "customer_id": customer.id, "country_name": home["country"], "default": True}
    return home | own
