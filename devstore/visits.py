"""What Shopify reads out of a landing page: the referral code and the UTM parameters."""

from urllib.parse import parse_qs, urlsplit


def referral_code(landing: str | None) -> str | None:
    """The value of ?ref=, ?source= or ?r= (in this order), as landing_site_ref and referralCode show it."""
    if landing is None:
        return None
    query = parse_qs(urlsplit(landing).query)
    return next((query[key][0] for key in ("ref", "source", "r") if key in query), None)


def utm(landing: str | None) -> dict[str, str | None] | None:
    """The five UTM parameters; None when the page carries none."""
    query = parse_qs(urlsplit(landing or "").query)
    names = ("source", "medium", "campaign", "content", "term")
    found = {name: query[f"utm_{name}"][0] if f"utm_{name}" in query else None for name in names}
    return found if any(found.values()) else None
