"""What stays of a page's address when its visitor is forgotten: what says who sent them, and nothing else. Pure.

Newsletters and ad networks write into addresses who it was (`?email=`, `fbclid`). The rules read a few parameters of them; an order that is
judged again after the person was forgotten must come to the same.
"""

from urllib.parse import parse_qsl, urlencode, urlsplit

from app.fraud.landing import PAID_CLICKS, PARAMETERS_READ
from app.fraud.lists import host_of
from app.tracking.click import MOST_PARAMETERS, OLD_PARAMETERS, REFERRAL_PARAMETERS, TOKEN_PARAMETER
from app.tracking.model import NO_SLUG, SLUG

_NOBODY = "-"
"""Takes a value's place that names nobody: it is no slug, and it hides what stands before it, as the value did."""
_LED = frozenset({*REFERRAL_PARAMETERS, *OLD_PARAMETERS, "utm_content"})


def bare_page(address: str) -> str:
    """The address of a page of the store: a link that applies a code, and the parameters that rules read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    many = 1 + parts.query.count("&")
    given = parse_qsl(parts.query) if many <= PARAMETERS_READ else []
    if many > MOST_PARAMETERS:
        given = [(name, value) for name, value in given if name not in _LED and name != TOKEN_PARAMETER]
    kept = [(name, told) for name, value in given if (told := _told(name, value)) is not None]
    steps = parts.path.split("/")
    path = f"/discount/{steps[2]}" if len(steps) > 2 and steps[1] == "discount" else "/"  # noqa: PLR2004
    return f"{path}?{urlencode(kept)}" if kept else path


def bare_referrer(address: str) -> str:
    """The address of the page before: its host alone."""
    return f"https://{host_of(address) or _NOBODY}/" if address else ""


def _told(name: str, value: str) -> str | None:
    """What stays of a parameter; None where nothing reads it."""
    if name in _LED:
        slug = NO_SLUG.sub("-", value.lower()) if name in OLD_PARAMETERS else value.lower()
        return value if SLUG.fullmatch(slug) else _NOBODY
    if name == TOKEN_PARAMETER:
        return value
    folded = name.casefold()
    if folded in PAID_CLICKS:
        return "1"
    return value if folded in {"utm_source", "utm_medium"} else None


BARE = {
    "landing_site": bare_page,
    "landingPage": bare_page,
    "visits": bare_page,
    "referring_site": bare_referrer,
    "referrerUrl": bare_referrer,
}
"""By the fields of stored bodies that hold them."""
