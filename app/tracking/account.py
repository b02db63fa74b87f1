"""The account id of a shop's web pixel: it stands in every storefront, names the shop to us alone, and cannot be made up. Pure.

Twenty-four characters: a MAC of the shop's number, and the number under a mask that the MAC gives. The same
shop has the same id however often it is asked for, so that switching the pixel on again changes nothing.
"""

import base64
import hmac
from binascii import Error as NotBase64
from collections.abc import Sequence

from app.kernel.ids import ShopId

LENGTH = 24
_VERSION = b"\x01"
_MAC = 11
"""Bytes: one guess in 2^88 fits."""
_NUMBER = 6


def account_keys(secret_keys: Sequence[str]) -> tuple[bytes, ...]:
    """The keys that account ids are signed with, newest first, made of the installation's own."""
    return tuple(hmac.digest(key.encode(), b"tribute pixel account 1", "sha256") for key in secret_keys)


def write(shop_id: ShopId, key: bytes) -> str:
    """The account id of that shop."""
    number = shop_id.to_bytes(_NUMBER, "big")
    mac = _mac(number, key)
    return base64.urlsafe_b64encode(_VERSION + mac + _masked(number, mac, key)).decode()


def read(text: str, keys: Sequence[bytes]) -> ShopId | None:
    """The shop of that account id; None for whatever we did not sign."""
    if len(text) != LENGTH or not text.isascii():
        return None
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except NotBase64:
        return None
    mac, hidden = raw[1 : 1 + _MAC], raw[1 + _MAC :]
    numbers = [(_masked(hidden, mac, key), key) for key in keys] if raw[:1] == _VERSION else []
    fits = [number for number, key in numbers if hmac.compare_digest(_mac(number, key), mac)]
    return ShopId(int.from_bytes(fits[0], "big")) if fits else None


def _mac(number: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"account" + number, "sha256")[:_MAC]


def _masked(number: bytes, mac: bytes, key: bytes) -> bytes:
    mask = hmac.digest(key, b"mask" + mac, "sha256")[:_NUMBER]
    return bytes(a ^ b for a, b in zip(number, mask, strict=True))
