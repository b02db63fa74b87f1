"""The headers of Shopify's two families of deliveries, classic webhooks and Events, read as one.

Source: shopify-api 15.0 header names; Events (2026-10) has lower-case names without X- and no event id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel.clock import instant
from app.kernel.errors import Invalid
from app.shopify.domain import is_shop_domain
from app.web.hooks.body import TurnedAway

LONGEST = 255
"""Characters of one header. Three of them share an index row, which PostgreSQL bounds at 2,704 bytes."""


@dataclass(frozen=True, slots=True)
class Headers:
    """What a delivery says of itself; nothing here is to be believed before its signature is checked."""

    signature: str
    shop_domain: str
    topic: str
    webhook_id: str
    event_id: str | None
    api_version: str | None
    triggered_at: datetime | None


def read_headers(environ: Mapping[str, Any]) -> Headers:
    """The delivery's headers. Raises TurnedAway (400) naming the one that is missing or malformed."""
    family = "Shopify-" if "HTTP_SHOPIFY_HMAC_SHA256" in environ else "X-Shopify-"
    signature = _required(environ, family + "Hmac-Sha256")
    topic = _required(environ, family + "Topic")
    action = _optional(environ, family + "Action")
    return Headers(
        signature=signature,
        shop_domain=_shop(_required(environ, family + "Shop-Domain")),
        # Events name a type and, apart from it, what happened: Order + update.
        topic=f"{topic}/{action}" if action else topic,
        webhook_id=_required(environ, family + "Webhook-Id"),
        event_id=_optional(environ, family + "Event-Id"),
        api_version=_optional(environ, family + "Api-Version"),
        triggered_at=_instant(_optional(environ, family + "Triggered-At")),
    )


def _required(environ: Mapping[str, Any], name: str) -> str:
    value = _optional(environ, name)
    if value is None:
        raise TurnedAway("400 Bad Request", f"The header {name} is missing.")
    return value


def _optional(environ: Mapping[str, Any], name: str) -> str | None:
    value: str = environ.get("HTTP_" + name.upper().replace("-", "_"), "")
    if not value:
        return None
    if len(value) > LONGEST or not (value.isascii() and value.isprintable()):
        raise TurnedAway(
            "400 Bad Request", f"The header {name} is not plain text of at most {LONGEST} characters."
        )
    return value


def _shop(value: str) -> str:
    domain = value.lower()
    if not is_shop_domain(domain):
        raise TurnedAway("400 Bad Request", f"{value!r} is not a shop domain such as example.myshopify.com.")
    return domain


def _instant(value: str | None) -> datetime | None:
    """None when it cannot be read: the time of receipt then stands in, and the event is not lost."""
    if value is None:
        return None
    try:
        return instant(value)
    except (Invalid, OverflowError):
        return None
