"""A click as a value, and the trail that a visit leaves on an order. Pure."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

import msgspec

from app.tracking.model import NO_SLUG, SLUG, Owner
from app.tracking.token import click_id

VISITOR_ATTRIBUTE = "_tribute_visitor"
CLICK_ATTRIBUTE = "_tribute_click"
"""Cart attributes that the theme embed writes: which browser it was, and its last click's number."""
REFERRAL_PARAMETERS = ("ref", "source", "r")
"""In this sequence, as Shopify itself reads a referral code out of a landing page."""
OLD_PARAMETERS = ("sca_ref", "rfsn", "via", "dt_id", "tap_a", "aff")
"""Of UpPromote, Refersion, Rewardful, Collabs, Tapfiliate and others: their old links lead on to ours. A link whose slug is the
old value, in small letters and with - for every other sign, is credited: `?sca_ref=310.uITk` is the link `310-uitk`."""
OUR_MEDIUM = "creator"
"""`utm_medium` of a link that carries its slug as `utm_content`."""
LONGEST_VISITOR = 64
MOST_DIGITS = 18
MOST_PARAMETERS = 100
"""An address with more of them names nobody."""
TOKEN_PARAMETER = "tribute_click"  # noqa: S105 - the name of a parameter
"""Of the address that a short link leads to."""
_NAMED = tuple(f"{name}=" for name in (*REFERRAL_PARAMETERS, *OLD_PARAMETERS, "utm_content", TOKEN_PARAMETER))


class Verdict(StrEnum):
    """What a click counts as."""

    BILLABLE = "billable"
    DUPLICATE = "duplicate"
    """The same visitor and link within 24 hours: paid once, yet it restarts the window."""
    BOT = "bot"


class Consent(StrEnum):
    """What the visitor said about being recognised."""

    GRANTED = "granted"
    DENIED = "denied"
    UNKNOWN = "unknown"


class FoundBy(StrEnum):
    """How a visit was joined to an order, most reliable first."""

    CART = "cart"
    """The cart carries the click, or names the browser."""
    LANDING = "landing"
    """The page on which the visit of the order began names it."""
    JOURNEY = "journey"
    """Shopify saw the shopper's browser come by it before the order."""
    PIXEL = "pixel"
    """The web pixel saw the same browser at that visit and in the checkout."""


class Click(msgspec.Struct, frozen=True, kw_only=True):
    """One visit that came through a link."""

    id: int
    link_id: int
    at: datetime
    visitor: str | None
    verdict: Verdict
    consent: Consent
    landing: str | None = None
    referrer: str | None = None
    print: bytes | None = None
    """Digest of address and browser under a key of that day."""
    network: bytes | None = None
    """Digest of the address alone under that key."""
    device: str = ""
    country: str = ""


class LinkOwner(Owner, frozen=True, kw_only=True):
    """A link of this shop that belongs to an enrollment."""

    slug: str


class Visit(msgspec.Struct, frozen=True):
    """A click of the shopper before their order, with whose link it was."""

    owner: LinkOwner
    at: datetime
    verdict: Verdict = Verdict.BILLABLE
    consent: Consent = Consent.UNKNOWN
    recorded: bool = True
    """False: no click was recorded; the address of a page names the link."""
    found_by: FoundBy = FoundBy.CART


class Trail(msgspec.Struct, frozen=True):
    """What an order says of the visits before it."""

    visitor: str | None = None
    click_id: int | None = None
    slug: str | None = None
    """Of the link that the visit of the order began with."""
    found_by: FoundBy = FoundBy.CART
    """Where the click or the visitor is named."""

    @property
    def asks_for_clicks(self) -> bool:
        """Whether recorded clicks can be found by it."""
        return self.visitor is not None or self.click_id is not None


def trail(attributes: Iterable[tuple[str, str]], landing_site: str | None) -> Trail:
    """Read what stands on an order; whatever is malformed is no evidence and is left out.

    The click that the cart names goes before the one that the visit of the order began with.
    """
    held = dict(attributes)
    visitor = held.get(VISITOR_ATTRIBUTE, "").strip()
    slug, landed = _landing(landing_site) if landing_site else (None, None)
    carried = _click(held.get(CLICK_ATTRIBUTE, "").strip())
    known = visitor if 0 < len(visitor) <= LONGEST_VISITOR and visitor.isprintable() else None
    return Trail(
        visitor=known,
        click_id=carried if carried is not None else landed,
        slug=slug,
        found_by=FoundBy.LANDING if known is None and carried is None else FoundBy.CART,
    )


def _click(text: str) -> int | None:
    """The click of a number or a token; believed only where that click is stored in the order's own shop."""
    if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    return click_id(text)


@lru_cache(maxsize=1024)
def _landing(landing_site: str) -> tuple[str | None, int | None]:
    """(slug of the link, click) that the address names."""
    if "%" not in landing_site and not any(name in landing_site for name in _NAMED):
        return (
            None,
            None,
        )  # Most landing pages: reading their parameters took longer than all else about them.
    try:
        given = dict(parse_qsl(urlsplit(landing_site).query, max_num_fields=MOST_PARAMETERS))
    except ValueError:
        return None, None
    named = [given[p] for p in REFERRAL_PARAMETERS if p in given]
    if given.get("utm_medium", "").lower() == OUR_MEDIUM and "utm_content" in given:
        named.append(given["utm_content"])
    named += [NO_SLUG.sub("-", given[p].lower()) for p in OLD_PARAMETERS if p in given]
    slug = next((text.lower() for text in named if SLUG.fullmatch(text.lower())), None)
    return slug, click_id(given.get(TOKEN_PARAMETER, ""))
