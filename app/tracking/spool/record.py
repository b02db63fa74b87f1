"""What is written down of a visit the moment it comes, and how a line of the spool is made and read. Pure."""

from datetime import datetime
from zlib import crc32

import msgspec

LONGEST = 512
"""Characters kept of what a browser says of itself."""
_SUM = 8
"""Hexadecimal digits of the checksum before each record."""


class Visited(msgspec.Struct, frozen=True, array_like=True):
    """One request for a link, as it came. Nothing in it is looked up or worked out yet."""

    shop_id: int
    link_id: int
    click_id: int
    at: datetime
    prints: tuple[str, str]
    """Keyed digests of address and browser, by today's key and by yesterday's: the address itself is never kept."""
    agent: str = ""
    referrer: str = ""
    query: str = ""
    country: str = ""
    """As a proxy in front said it; two letters or nothing."""
    is_fetch: bool = False
    """The browser says that nobody looks: a prefetch or a preview."""
    consented: bool = False
    """The shopper agreed to marketing before this was told."""
    network: str = ""
    """Keyed digest of the address alone, by the key of the day: many browsers of one address are told apart by nothing else."""


class Lost(msgspec.Struct, frozen=True):
    """Visits of a shop that could not be written down, told as soon as there is room for a line."""

    id: int
    """Random, 63 bits: reading it twice counts once."""
    shop_id: int
    at: datetime
    """Of the first."""
    until: datetime
    """Of the last."""
    visits: int


class Seen(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="seen"):
    """What the web pixel saw of a visit that a creator sent."""

    id: int
    """63 bits of Shopify's event id: reading it twice counts once."""
    shop_id: int
    at: datetime
    step: str
    client: str
    """Digest of the browser's id in this shop, in hex."""
    agent: str = ""
    click_id: int | None = None
    link_id: int | None = None
    """Of the click, as its token says."""
    slug: str | None = None
    """The creator's name in the address, where there is no click."""
    product_id: int | None = None
    checkout: str | None = None
    order_id: int | None = None
    consent: str = "unknown"
    arrived: bool = False
    """The page's own address names the creator: a visit begins."""


Record = Visited | Lost | Seen
_SEEN = b'{"kind":"seen"'
_encoder = msgspec.json.Encoder()
_visits = msgspec.json.Decoder(Visited)
_losses = msgspec.json.Decoder(Lost)
_seen = msgspec.json.Decoder(Seen)


def line(record: Record) -> bytes:
    """A checksum, the record as JSON, a line end: what was cut off by a crash is known by its sum."""
    body = _encoder.encode(record)
    return b"%08x %b\n" % (crc32(body), body)


def record(text: bytes) -> Record | None:
    """The record of a line without its end; None for one that is damaged."""
    given, body = text[:_SUM], text[_SUM + 1 :]
    if given != b"%08x" % crc32(body):
        return None
    try:
        if body.startswith(_SEEN):
            return _seen.decode(body)
        return _losses.decode(body) if body.startswith(b"{") else _visits.decode(body)
    except msgspec.DecodeError:
        return None
