"""Taking a person out of a stored body, so that what decides money stays. Pure; flows/redact calls it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

KEY = "tribute_pseudonyms"
"""Where a redacted body carries the keyed pseudonyms that it would have given."""

_PERSONAL = frozenset({
    "access_activity_log", "address1", "address2", "addresses", "billing_address", "browser_ip", "buyer_accepts_marketing", "city",
    "client_details", "company", "contact_email", "customer", "customer_email_address", "customer_first_name",
    "customer_last_name", "customer_locale", "customer_purchase_ip", "default_address", "destination", "email",
    "first_name", "landing_site_ref", "last_name", "latitude", "longitude", "multipass_identifier", "note", "order_status_url", "payment_details", "phone",
    "receipt", "shipping_address", "uncategorized_text", "user_agent", "zip",
    "accessActivityLog", "billingAddress", "clientIp", "customerEmailAddress", "customerFirstName", "customerLastName",
    "customerLocale", "customerPurchaseIp", "displayAddress", "firstName", "lastName", "shippingAddress",
    "uncategorizedText",
})  # fmt: skip
"""Set to null wherever they stand: in webhooks' spelling, and in GraphQL's where it differs. The evidence of a
dispute calls them by names of its own, and holds free text about the shopper."""

_TYPED_BY_SHOPPERS = frozenset({"note_attributes", "properties", "customAttributes"})
"""Lists of name and value: names stay, and values that we wrote ourselves."""

_VISITS = "visits"
"""Of our own questions about the visits before an order: pairs of an instant and a page's address."""

_OURS = "tribute"

ABOUT_ONE = frozenset({"customers/create"})
"""Topics whose whole body is one customer."""

Bare = Mapping[str, Callable[[str], str]]
"""By the name of a field that holds an address: what stays of it. Whoever judges orders knows what rules read."""


def redacted(body: bytes, pseudonyms: Mapping[str, str], bare: Bare) -> bytes:
    """The body without anything that tells who it was; `pseudonyms` (hex by kind) take the person's place.

    A body that cannot be read might hold anything, so nothing of it is kept. Doing it twice changes
    nothing more.
    """
    try:
        content = json.loads(body, parse_constant=_refuse)
        if isinstance(content, dict):
            kept = {**dict(pseudonyms), **(content.get(KEY) or {})}
            content = {**_without_people(content, bare), **({KEY: kept} if kept else {})}
        else:
            content = {}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return b"{}"


def names_customer(topic: str, body: bytes, customer_id: str) -> bool:
    """Whether a body that belongs to no order speaks of this customer, or cannot be read and might."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return customer_id.encode() in body
    told = content.get("customer") if isinstance(content, dict) and topic not in ABOUT_ONE else content
    return isinstance(told, dict) and str(told.get("id")) == customer_id


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _without_people(content: Any, bare: Bare) -> Any:
    if isinstance(content, list):
        return [_without_people(entry, bare) for entry in content]
    if not isinstance(content, dict):
        return content
    return {key: _value(key, value, bare) for key, value in content.items()}


def _value(key: str, value: Any, bare: Bare) -> Any:
    if key in _PERSONAL:
        return None
    if key in bare and isinstance(value, str):
        return bare[key](value)
    if key == _VISITS and _VISITS in bare and isinstance(value, list):
        return [_visit(entry, bare[_VISITS]) for entry in value]
    if key in _TYPED_BY_SHOPPERS and isinstance(value, list):
        return [_attribute(entry) for entry in value if isinstance(entry, dict)]
    return _without_people(value, bare)


def _visit(entry: Any, page: Callable[[str], str]) -> Any:
    is_pair = isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], str)  # noqa: PLR2004
    return [entry[0], page(entry[1])] if is_pair else None


def _attribute(entry: Mapping[str, Any]) -> dict[str, Any]:
    name = entry.get("name", entry.get("key"))
    ours = isinstance(name, str) and name.lstrip("_").startswith(_OURS)
    return dict(entry) if ours else {**entry, "value": ""}
