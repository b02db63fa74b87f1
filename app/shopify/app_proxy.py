"""What Shopify forwards through the app proxy: who says it is the shop, and when. Pure.

Source: Shopify's app proxies, 2026-10. The signature proves that Shopify forwarded the request, and nothing of who
sent it: anybody can call the address in the storefront.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote_plus

from app.kernel.errors import Invalid
from app.shopify.domain import is_shop_domain

OLDEST_SECONDS = 90
"""As Shopify's own libraries have it."""
_MOST = 100
"""Parameters that are read at all."""


class NotFromShopify(Invalid):
    """The request did not come through the app proxy, or too long ago."""


def shop_of(query: str, secrets: Sequence[str], now: datetime) -> str:
    """The domain of the shop whose storefront was called. Raises NotFromShopify, which says why.

    `query` as it was received. Every secret is tried, each in constant time.
    """
    given = _by_name(pairs(query))
    try:
        [shop], [timestamp], [signed] = given["shop"], given["timestamp"], given["signature"]
        [_] = given.get("hmac", [""])
    except (KeyError, ValueError):
        raise NotFromShopify("The address must have one shop, one timestamp and one signature.") from None
    signature, message = signed.encode(), _message(given)
    fits = [hmac.compare_digest(_digest(message, secret), signature) for secret in secrets]
    if not any(fits):
        raise NotFromShopify("The signature is not Shopify's.")
    _check_time(timestamp, now)
    if not is_shop_domain(shop):
        raise NotFromShopify(f"{shop[:80]!r} is no shop.")
    return shop


def sign(given: Iterable[tuple[str, str]], secret: str) -> bytes:
    """Hex HMAC-SHA256 over the parameters, sorted, without separators; those that repeat are joined by commas."""
    return _digest(_message(_by_name(given)), secret)


def pairs(query: str) -> list[tuple[str, str]]:
    """Names and values as `urllib.parse.parse_qsl` reads them, blank ones kept. Raises NotFromShopify for too many.

    Every click by name is read here: most of what Shopify sends has nothing to unquote, and the library's care
    for separators and encodings, which are one here, was a quarter of what such a click cost.
    """
    if query.count("&") >= _MOST:
        raise NotFromShopify(f"The address has more than {_MOST} parameters.")
    parts = [part.partition("=") for part in query.split("&") if part]
    if "%" not in query and "+" not in query:
        return [(name, value) for name, _, value in parts]
    return [(_unquoted(name), _unquoted(value)) for name, _, value in parts]


@lru_cache(maxsize=256)
def _unquoted(text: str) -> str:
    """Kept, because names and the path are the same in every request."""
    return unquote_plus(text)


def _by_name(given: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in given:
        found.setdefault(name, []).append(value)
    return found


def _message(given: Mapping[str, list[str]]) -> bytes:
    signed = [f"{name}={','.join(values)}" for name, values in given.items() if name != "signature"]
    return "".join(sorted(signed)).encode()


def _digest(message: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), message, "sha256").hex().encode()


def _check_time(timestamp: str, now: datetime) -> None:
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")
    if not is_number or abs(now.timestamp() - int(timestamp)) > OLDEST_SECONDS:
        raise NotFromShopify(f"The request is older than {OLDEST_SECONDS} seconds, or from the future.")
