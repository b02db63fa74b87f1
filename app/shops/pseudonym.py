"""Customers as keyed digests: rules compare these and never see who it is. Pure."""

import hmac
import unicodedata
from typing import Literal

Kind = Literal["customer", "email"]

_GMAIL = {"gmail.com", "googlemail.com"}


def pseudonym(shop_key: bytes, kind: Kind, text: str) -> bytes:
    """Sixteen bytes that stand for this customer in this shop and say nothing without the shop's key.

    `customer`: Shopify's id, as a number or as a gid. `email`: an address, in whatever spelling.
    HMAC-SHA256, cut to 128 bits. The same person has another pseudonym in every other shop.
    """
    plain = same_address(text) if kind == "email" else text.rsplit("/", 1)[-1]
    return hmac.digest(shop_key, f"{kind}:{plain}".encode("utf-8", "surrogatepass"), "sha256")[:16]


def same_address(email: str) -> str:
    """The address in the spelling that all spellings of one mailbox share (semantics.md 3).

    Case never counts. At Gmail dots do not count and `+tag` is not part of the mailbox; elsewhere
    both may name another person, so they stay.
    """
    folded = unicodedata.normalize("NFKC", email).strip().casefold()
    local, at, domain = folded.rpartition("@")
    if domain in _GMAIL:
        return f"{local.split('+', 1)[0].replace('.', '')}{at}gmail.com"
    return folded
