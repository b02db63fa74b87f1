"""The shopper came by a coupon site or an extension, which spread a code that was meant for followers."""

from app.fraud.landing import sources
from app.fraud.lists import is_coupon_site
from app.fraud.model import Case, Detector, Finding, Limits


def detect(case: Case, _limits: Limits) -> Finding | None:
    """Looks at the referrer and at what the landing page's address names as its source."""
    said = [case.referrer] if case.referrer else []
    for page in (*case.click_landings, *([case.landing] if case.landing else [])):
        said += sources(page)
    found = next((host for text in said if (host := is_coupon_site(text, case.coupon_sites))), None)
    if found is None:
        return None
    return Finding(
        "coupon_site", f"The visit came from {found}, a coupon site or extension.", {"site": found}
    )


PLUGIN = Detector(
    label="Coupon site or extension",
    help="The visit came from a listed coupon site, cashback service or browser extension.",
    detect=detect,
)
