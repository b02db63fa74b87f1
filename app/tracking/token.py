"""The click token: it says by itself which link was clicked when, and that we said so. Pure.

Forty-eight characters that travel in an address: shop, link, time, the click's number, and a MAC over all
of it. Whoever reads one needs no database; whoever makes one needs our key.
"""

import base64
import hmac
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

LENGTH = 48
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_VERSION = b"\x01"
_NUMBER = 6
"""Bytes of a shop, a link and a time in milliseconds: enough until the year 10,000."""
_CLICK = 8
_MAC = 9
"""Bytes: one guess in 2^72 fits."""


class ClickToken(msgspec.Struct, frozen=True):
    """What a token says."""

    shop_id: int
    link_id: int
    at: datetime
    """To the millisecond."""
    click_id: int
    """Random, 63 bits: the key of the click, so that storing it twice adds nothing."""


def token_keys(secret_keys: Sequence[str]) -> tuple[bytes, ...]:
    """The keys that tokens are signed with, newest first, made of the installation's own."""
    return tuple(hmac.digest(key.encode(), b"tribute click token 1", "sha256") for key in secret_keys)


def write(click: ClickToken, key: bytes) -> str:
    """The token of that click."""
    # Written out: this is a tenth of what a redirect costs.
    body = (
        _VERSION
        + click.shop_id.to_bytes(_NUMBER, "big")
        + click.link_id.to_bytes(_NUMBER, "big")
        + ((click.at - _EPOCH) // _MILLISECOND).to_bytes(_NUMBER, "big")
        + click.click_id.to_bytes(_CLICK, "big")
    )
    return base64.urlsafe_b64encode(body + _mac(body, key)).decode()


def read(text: str, keys: Sequence[bytes]) -> ClickToken | None:
    """What the token says; None for whatever we did not sign. Every key is tried, each in constant time."""
    body, mac = _parts(text)
    fits = [hmac.compare_digest(_mac(body, key), mac) for key in keys]
    return _said(body) if any(fits) else None


def click_id(text: str) -> int | None:
    """The click that a text calls itself the token of: to be believed only where that very click is stored."""
    body, _ = _parts(text)
    return _said(body).click_id if body else None


def middle(click: int, at: datetime) -> str:
    """The part of the token that holds the click's number: characters 25 to 36, whatever key signed it.

    They hold the last byte of the time, too, because four characters hold three bytes.
    """
    milliseconds = (at - _EPOCH) // _MILLISECOND
    return base64.urlsafe_b64encode(bytes([milliseconds & 255]) + click.to_bytes(_CLICK, "big")).decode()


def _parts(text: str) -> tuple[bytes, bytes]:
    if len(text) != LENGTH or not text.isascii():
        return b"", b""
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except NotBase64:
        return b"", b""
    return (raw[:-_MAC], raw[-_MAC:]) if raw[:1] == _VERSION else (b"", b"")


def _said(body: bytes) -> ClickToken:
    shop, link, at = (int.from_bytes(body[i : i + _NUMBER], "big") for i in (1, 1 + _NUMBER, 1 + 2 * _NUMBER))
    return ClickToken(shop, link, _EPOCH + at * _MILLISECOND, int.from_bytes(body[-_CLICK:], "big"))


def _mac(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")[:_MAC]
