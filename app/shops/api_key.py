"""The text of an API key: it names its shop, and nobody guesses the rest. Pure."""

import re
import secrets
from hashlib import sha256

import msgspec

from app.kernel.ids import ShopId

_KEY = re.compile(r"tribute_([1-9][0-9]{0,14})_([A-Za-z0-9_-]{43})")
_BYTES = 32


class Presented(msgspec.Struct, frozen=True):
    """A key as somebody presents it; whether it is one, the shop's own table says."""

    shop_id: ShopId
    digest: bytes


def new_key(shop_id: ShopId) -> str:
    """A key that nobody has seen. It is shown once and kept nowhere."""
    return f"tribute_{shop_id}_{secrets.token_urlsafe(_BYTES)}"


def presented(text: str) -> Presented | None:
    """The key that a text is in the form of; None for any other text."""
    found = _KEY.fullmatch(text)
    return Presented(ShopId(int(found[1])), digest(text)) if found else None


def digest(key: str) -> bytes:
    """What is kept of it."""
    return sha256(key.encode()).digest()
