"""What Shopify forwards through the app proxy: who says it is the shop, and when. Pure.

Source: Shopify's app proxies, 2026-10. The signature proves that Shopify forwarded the request, and nothing of who
sent it: anybody can call the address in the storefront.
"""

import hmac
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from app.kernel.errors import Invalid
from app.shopify.domain import is_shop_domain

OLDEST_SECONDS = 90
"""As Shopify's own libraries have it."""
_ONCE = ("shop", "signature", "timestamp")
_MOST = 100
"""Parameters that are read at all."""


class NotFromShopify(Invalid):
    """The request did not come through the app proxy, or too long ago."""


def shop_of(query: str, secrets: Sequence[str], now: datetime) -> str:
    """The domain of the shop whose storefront was called. Raises NotFromShopify, which says why.

    `query` as it was received. Every secret is tried, each in constant time.
    """
    try:
        given = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST)
    except ValueError:
        raise NotFromShopify(f"The address has more than {_MOST} parameters.") from None
    times = Counter(name for name, _ in given)
    if any(times[name] != 1 for name in _ONCE) or times["hmac"] > 1:
        raise NotFromShopify("The address must have one shop, one timestamp and one signature.")
    told = dict(given)
    fits = [hmac.compare_digest(sign(given, secret), told["signature"].encode()) for secret in secrets]
    if not any(fits):
        raise NotFromShopify("The signature is not Shopify's.")
    _check_time(told["timestamp"], now)
    if not is_shop_domain(told["shop"]):
        raise NotFromShopify(f"{told['shop'][:80]!r} is no shop.")
    return told["shop"]


def sign(given: Sequence[tuple[str, str]], secret: str) -> bytes:
    """Hex HMAC-SHA256 over the parameters, sorted, without separators; those that repeat are joined by commas."""
    by_name: dict[str, list[str]] = {}
    for name, value in given:
        if name != "signature":
            by_name.setdefault(name, []).append(value)
    message = "".join(sorted(f"{name}={','.join(values)}" for name, values in by_name.items()))
    return hmac.digest(secret.encode(), message.encode(), "sha256").hex().encode()


def _check_time(timestamp: str, now: datetime) -> None:
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")
    if not is_number or abs(now.timestamp() - int(timestamp)) > OLDEST_SECONDS:
        raise NotFromShopify(f"The request is older than {OLDEST_SECONDS} seconds, or from the future.")
