"""What a web pixel tells, as a value: read from a stranger's bytes, bounded, and believed only as evidence. Pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

import msgspec

from app.kernel.errors import Forbidden, Invalid
from app.tracking import account, token
from app.tracking.click import Consent
from app.tracking.model import slug_of
from app.tracking.spool.record import Seen

LARGEST = 4096
"""Bytes of a body."""
LONGEST_CHECKOUT = 64
HIGHEST = 2**63 - 1


class Step(StrEnum):
    """How far a visit came."""

    PAGE = "page"
    PRODUCT = "product"
    CART = "cart"
    CHECKOUT = "checkout"
    ORDER = "order"


STEPS = {
    "page_viewed": Step.PAGE,
    "product_viewed": Step.PRODUCT,
    "product_added_to_cart": Step.CART,
    "checkout_started": Step.CHECKOUT,
    "checkout_completed": Step.ORDER,
}
"""Shopify's name of each event that counts."""

_Short = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
_Number = Annotated[str, msgspec.Meta(max_length=80)] | Annotated[int, msgspec.Meta(ge=0, le=HIGHEST)] | None


class _Allowed(msgspec.Struct, frozen=True):
    marketing: bool | None = None
    analytics: bool | None = None


class _Told(msgspec.Struct, frozen=True):
    """The body of POST /pixel (docs/contracts.md)."""

    account: _Short
    id: _Short
    name: _Short
    client: _Short
    click: Annotated[str, msgspec.Meta(max_length=token.LENGTH)] | None = None
    ref: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    product: _Number = None
    checkout: Annotated[str, msgspec.Meta(max_length=LONGEST_CHECKOUT)] | None = None
    order: _Number = None
    consent: _Allowed = _Allowed()
    arrived: bool = False


_decoder = msgspec.json.Decoder(_Told)


class NotAnEvent(Invalid):
    """A body that says nothing which could be evidence. Its sentence repeats nothing of it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The event is not taken: {why} Its fields stand in docs/contracts.md.")


class UnknownAccount(Forbidden):
    """An account id that we did not sign."""

    def __init__(self) -> None:
        super().__init__("The account is no shop's; Tribute writes it when it switches the pixel on.")


class Keys(msgspec.Struct, frozen=True):
    """What accounts and clicks are checked with."""

    accounts: tuple[bytes, ...]
    clicks: tuple[bytes, ...]


def keys_of(secret_keys: Sequence[str]) -> Keys:
    """Of the installation's own keys."""
    return Keys(account.account_keys(secret_keys), token.token_keys(secret_keys))


def seen(body: bytes, agent: str, now: datetime, keys: Keys) -> Seen | None:
    """What the body tells of a visit that a creator sent; None when there is nothing to keep.

    Nothing is kept that names no creator, or against the shopper's will. Raises NotAnEvent, UnknownAccount.
    The clock is ours, the shop is the account's, a click is one that we signed for this shop.
    """
    told = _read(body)
    shop_id = account.read(told.account, keys.accounts)
    if shop_id is None:
        raise UnknownAccount
    if told.name not in STEPS:
        raise NotAnEvent(f"its name is none of {', '.join(STEPS)}.")
    click = token.read(told.click, keys.clicks) if told.click else None
    if click is not None and click.shop_id != shop_id:
        click = None
    slug = slug_of(told.ref) if told.ref else None
    consent = _consent(told.consent)
    if (click is None and slug is None) or consent is Consent.DENIED:
        return None
    return Seen(
        id=_digest_number(shop_id, told.id),
        shop_id=shop_id,
        at=now,
        step=STEPS[told.name],
        client=sha256(f"{shop_id} {told.client}".encode("utf-8", "surrogatepass")).hexdigest()[:32],
        agent=agent,
        click_id=click.click_id if click else None,
        link_id=click.link_id if click else None,
        slug=None if click else slug,
        product_id=_number(told.product),
        checkout=_token(told.checkout),
        order_id=_number(told.order),
        consent=consent,
        arrived=told.arrived,
    )


def _read(body: bytes) -> _Told:
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotAnEvent("it is not the JSON object that the pixel sends.") from None


def _number(given: str | int | None) -> int | None:
    """An id as Shopify writes it: digits, a number, or a gid that ends with digits."""
    digits = str(given).rpartition("/")[2] if given is not None else ""
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < len(str(HIGHEST))
    return int(digits) if is_number else None


def _token(given: str | None) -> str | None:
    return given if given and given.isascii() and given.isalnum() else None


def _consent(allowed: _Allowed) -> Consent:
    said = (allowed.marketing, allowed.analytics)
    if False in said:
        return Consent.DENIED
    return Consent.GRANTED if None not in said else Consent.UNKNOWN


def _digest_number(shop_id: int, event_id: str) -> int:
    """63 bits of Shopify's event id: the same event told twice is one."""
    digest = sha256(f"{shop_id} {event_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") >> 1
