"""The people of an order as keyed pseudonyms: what the books keep, and what a redacted body keeps.

One place makes them, so that an order read again from a redacted body is the same order to the cent.
"""

import msgspec

from app.orders.model import OrderEvent, Origin, Traces
from app.shops.pseudonym import Kind, pseudonym


def hidden(key: bytes | None, kind: Kind, text: str | None) -> bytes | None:
    """The pseudonym; None without a text, or when the shop's key was destroyed."""
    return pseudonym(key, kind, text) if key and text else None


def customer_of(said: OrderEvent, key: bytes | None) -> bytes | None:
    """The customer's pseudonym."""
    return said.customer_key or hidden(key, "customer", said.customer_id)


def email_of(said: OrderEvent, key: bytes | None) -> bytes | None:
    """The mailbox's pseudonym."""
    return said.email_key or hidden(key, "email", said.email)


def origin_of(said: OrderEvent, key: bytes | None) -> Origin | None:
    """Where it came from, its traces comparable and unreadable; None when the body does not tell."""
    if said.said is None:
        return None
    clear, kept = said.said, said.said.origin.traces
    domain = said.email.rpartition("@")[2] if said.email else None
    traces = Traces(
        ip=kept.ip or hidden(key, "ip", clear.ip),
        address=kept.address or hidden(key, "address", clear.address),
        phone=kept.phone or hidden(key, "phone", clear.phone),
        email_domain=kept.email_domain or hidden(key, "email_domain", domain),
    )
    return msgspec.structs.replace(clear.origin, traces=traces)


def kept_of(said: OrderEvent, key: bytes | None) -> dict[str, str]:
    """What takes the person's place in a redacted body: pseudonyms in hex, and the country."""
    origin = origin_of(said, key) or Origin()
    keys = {"customer": customer_of(said, key), "email": email_of(said, key)}
    keys |= msgspec.structs.asdict(origin.traces)
    given = {name: digest.hex() for name, digest in keys.items() if digest}
    return given | ({"country": origin.country} if origin.country else {})
