"""Where a link leads: an address inside the creator's own shop and nowhere else. Pure.

The merchant's path comes first and keeps its own parameters; ours fill what it leaves open; of what the
visitor's address brought, only names on a list go along. So no link can be made to lead out of the shop.
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from app.tracking.click import OUR_MEDIUM, TOKEN_PARAMETER

REFERRAL = "ref"
SUB_IDS = tuple(f"s{n}" for n in range(1, 6))
"""The creator's own words for a placement: /r/mara?s1=story."""
_CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id")
_PAID = ("gclid", "gbraid", "wbraid", "gad_source", "msclkid", "fbclid", "ttclid")
PASSED_ON = frozenset((*SUB_IDS, *_CAMPAIGN, *_PAID))
"""What a visitor's own address may add. A `redirect` or a path is not among them, on purpose."""
LONGEST_VALUE = 200
MOST_PARAMETERS = 40


class Target(msgspec.Struct, frozen=True):
    """What the redirect knows of a link."""

    shop_id: int
    link_id: int
    slug: str
    origin: str
    """Of the shop: https://lumen.myshopify.com."""
    to_path: str
    channel: str
    code: str | None = None
    """Put into the cart on the way, where the program says so."""
    hands_out: bool = False
    """Whether its program may have a code for each visitor: those take one more step of ours, which asks for it."""
    utm: tuple[tuple[str, str], ...] | None = None
    """The program's campaign parameters, filled in; None: the usual ones."""

    @property
    def domain(self) -> str:
        """Of the shop: the end of its origin, whatever stands before."""
        return self.origin.rpartition("/")[2]


STEP = "/c/"
"""Where a visitor gets a code of their own: /c/<slug>/<token>. It waits for the database, the short link never does."""


def step(target: Target, token: str, query: str = "") -> str:
    """Where the short link leads: to the shop, or to the step before it. `query` is that of the visitor's own address."""
    if not target.hands_out:
        return address(target, token, query)
    further = urlencode(_passed_on(query))
    return f"{STEP}{target.slug}/{token}{'?' if further else ''}{further}"


def address(target: Target, token: str, query: str = "") -> str:
    """The full address of the shop that this click goes to. `query` is that of the visitor's own address."""
    path, _, own = target.to_path.partition("?")
    own, _, anchor = own.partition("#")
    if not own:
        path, _, anchor = path.partition("#")
    there = _page(path, parameters(target, token, own, query))
    if target.code is not None:
        there = f"/discount/{quote(target.code, safe='')}?redirect={quote(there, safe='')}"
    elif anchor:
        there = f"{there}#{anchor}"
    return target.origin + there


def parameters(target: Target, token: str, own: str, query: str) -> list[tuple[str, str]]:
    """Those of the path, then the visitor's, then ours; of one name the first is kept."""
    found = dict[str, str]()
    for name, value in (*_pairs(own), *_passed_on(query), *_ours(target)):
        found.setdefault(name, value)
    # These two are evidence: nothing that somebody typed stands in their place.
    found |= {REFERRAL: target.slug, TOKEN_PARAMETER: token}
    return list(found.items())


def _ours(target: Target) -> Sequence[tuple[str, str]]:
    if target.utm is not None:
        return target.utm
    return (("utm_source", target.channel), ("utm_medium", OUR_MEDIUM), ("utm_content", target.slug))


def _passed_on(query: str) -> list[tuple[str, str]]:
    return [(name, value[:LONGEST_VALUE]) for name, value in _pairs(query) if name in PASSED_ON]


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return []


def _page(path: str, given: list[tuple[str, str]]) -> str:
    return f"{quote(path, safe='/%-._~')}?{urlencode(given)}"
