"""Where an order came from, as the body of an orders/* webhook says it. Raw addresses stop here."""

from typing import Any

import msgspec

from app.orders.model import Origin, Said, Traces

LONGEST_CHECKOUT = 64
OURS = "tribute"
"""How our cart attributes begin, after any underscore."""


class _Pseudonyms(msgspec.Struct):
    """What a redacted body carries in place of the person (flows/redact)."""

    customer: str | None = None
    email: str | None = None
    ip: str | None = None
    address: str | None = None
    phone: str | None = None
    email_domain: str | None = None
    country: str | None = None


class _Address(msgspec.Struct):
    address1: str | None = None
    zip: str | None = None
    phone: str | None = None
    country_code: str | None = None


class _Attribute(msgspec.Struct):
    name: str
    value: Any = None


class WhereFrom(msgspec.Struct):
    """The fields of an order's body that tell it; the reader of orders adds its own."""

    landing_site: str | None = None
    referring_site: str | None = None
    checkout_token: str | None = None
    tags: str = ""
    note_attributes: list[_Attribute] = []
    browser_ip: str | None = None
    phone: str | None = None
    shipping_address: _Address | None = None
    tribute_pseudonyms: _Pseudonyms | None = None


def where_from(raw: WhereFrom) -> Said:
    """Where the order came from; of cart attributes only our own, of addresses only what can be compared."""
    hidden, place = raw.tribute_pseudonyms or _Pseudonyms(), raw.shipping_address or _Address()
    origin = Origin(
        country=place.country_code or hidden.country,
        tags=tuple(sorted(t.strip() for t in raw.tags.split(",") if t.strip())),
        attributes=tuple(
            (a.name, a.value)
            for a in raw.note_attributes
            if a.name.lstrip("_").startswith(OURS) and isinstance(a.value, str)
        ),
        landing_site=raw.landing_site,
        referring_site=raw.referring_site,
        checkout=_checkout(raw.checkout_token),
        traces=Traces(
            ip=unhidden(hidden.ip),
            address=unhidden(hidden.address),
            phone=unhidden(hidden.phone),
            email_domain=unhidden(hidden.email_domain),
        ),
    )
    street = f"{place.address1} {place.zip or ''} {place.country_code or ''}" if place.address1 else None
    return Said(origin, ip=raw.browser_ip, address=street, phone=raw.phone or place.phone)


def _checkout(token: str | None) -> str | None:
    """The token as it can be compared: of what is no token nothing could be joined."""
    is_token = token is not None and token.isascii() and token.isalnum() and len(token) <= LONGEST_CHECKOUT
    return token if is_token else None


def unhidden(text: str | None) -> bytes | None:
    """A pseudonym that a redacted body carries in hex."""
    return bytes.fromhex(text) if text else None
