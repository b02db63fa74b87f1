"""Taking a person out of a stored body, so that what decides money stays. Pure; flows/redact calls it."""

import json
from collections.abc import Mapping
from typing import Any

KEY = "tribute_pseudonyms"
"""Where a redacted body carries the keyed pseudonyms that it would have given."""

_PERSONAL = frozenset({
    "access_activity_log", "address1", "address2", "billing_address", "browser_ip", "buyer_accepts_marketing", "city",
    "client_details", "company", "contact_email", "customer", "customer_email_address", "customer_first_name",
    "customer_last_name", "customer_locale", "customer_purchase_ip", "default_address", "destination", "email",
    "first_name", "last_name", "latitude", "longitude", "note", "order_status_url", "payment_details", "phone",
    "receipt", "shipping_address", "uncategorized_text", "user_agent", "zip",
    "accessActivityLog", "billingAddress", "clientIp", "customerEmailAddress", "customerFirstName", "customerLastName",
    "customerLocale", "customerPurchaseIp", "displayAddress", "firstName", "lastName", "shippingAddress",
    "uncategorizedText",
})  # fmt: skip
"""Set to null wherever they stand: in webhooks' spelling, and in GraphQL's where it differs. The evidence of a
dispute calls them by names of its own, and holds free text about the shopper."""

_TYPED_BY_SHOPPERS = frozenset({"note_attributes", "properties", "customAttributes"})
"""Lists of name and value: names stay, and values that we wrote ourselves."""

_OURS = "tribute"


def redacted(body: bytes, pseudonyms: Mapping[str, str]) -> bytes:
    """The body without anything that tells who it was; `pseudonyms` (hex by kind) take the person's place.

    A body that cannot be read might hold anything, so nothing of it is kept. Doing it twice changes
    nothing more.
    """
    try:
        content = json.loads(body, parse_constant=_refuse)
        if isinstance(content, dict):
            kept = {**dict(pseudonyms), **(content.get(KEY) or {})}
            content = {**_without_people(content), **({KEY: kept} if kept else {})}
        else:
            content = {}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return b"{}"


def names_customer(body: bytes, customer_id: str) -> bool:
    """Whether a body that belongs to no order speaks of this customer, or cannot be read and might."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return customer_id.encode() in body
    customer = content.get("customer") if isinstance(content, dict) else None
    return isinstance(customer, dict) and str(customer.get("id")) == customer_id


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _without_people(content: Any) -> Any:
    if isinstance(content, list):
        return [_without_people(entry) for entry in content]
    if not isinstance(content, dict):
        return content
    return {key: _value(key, value) for key, value in content.items()}


def _value(key: str, value: Any) -> Any:
    if key in _PERSONAL:
        return None
    if key in _TYPED_BY_SHOPPERS and isinstance(value, list):
        return [_attribute(entry) for entry in value if isinstance(entry, dict)]
    return _without_people(value)


def _attribute(entry: Mapping[str, Any]) -> dict[str, Any]:
    name = entry.get("name", entry.get("key"))
    ours = isinstance(name, str) and name.lstrip("_").startswith(_OURS)
    return dict(entry) if ours else {**entry, "value": ""}
