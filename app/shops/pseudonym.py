"""Customers as keyed digests: rules compare these and never see who it is. Pure."""

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Literal

Kind = Literal["customer", "email", "ip", "address", "phone", "email_domain"]

_SIGNS = re.compile(r"[\W_]+")
"""Everything but letters and digits."""

_GMAIL = {"gmail.com", "googlemail.com"}


def pseudonym(shop_key: bytes, kind: Kind, text: str) -> bytes:
    """Sixteen bytes that stand for this customer in this shop and say nothing without the shop's key.

    `customer`: Shopify's id, as a number or as a gid. `email`: an address, in whatever spelling. `address`:
    letters and digits count, nothing else. `phone`: digits count.
    HMAC-SHA256, cut to 128 bits. The same person has another pseudonym in every other shop.
    """
    plain = _PLAIN[kind](text)
    return hmac.digest(shop_key, f"{kind}:{plain}".encode("utf-8", "surrogatepass"), "sha256")[:16]


def same_address(email: str) -> str:
    """The address in the spelling that all spellings of one mailbox share (semantics.md 3).

    Case never counts. At Gmail dots do not count and `+tag` is not part of the mailbox; elsewhere
    both may name another person, so they stay.
    """
    folded = (email if email.isascii() else unicodedata.normalize("NFKC", email)).strip().casefold()
    local, at, domain = folded.rpartition("@")
    if domain in _GMAIL:
        return f"{local.split('+', 1)[0].replace('.', '')}{at}gmail.com"
    return folded


def _same_place(address: str) -> str:
    """Without case, accents, blanks and signs: "Main St. 5" and "MAIN ST 5" are one place."""
    folded = (address if address.isascii() else unicodedata.normalize("NFKD", address)).casefold()
    return _SIGNS.sub("", folded)


def _same_number(phone: str) -> str:
    """Its last nine digits: the same number with and without the country's prefix."""
    return "".join(filter(str.isdecimal, phone))[-9:]


_PLAIN: Mapping[Kind, Callable[[str], str]] = {
    "customer": lambda text: text.rsplit("/", 1)[-1],
    "email": same_address,
    "ip": str.strip,
    "address": _same_place,
    "phone": _same_number,
    "email_domain": str.casefold,
}
