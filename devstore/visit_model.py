"""What a browser did in the storefront before it ordered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class PageVisit:
    """When a browser came to the storefront, and the page that it came to."""

    at: datetime
    page: str


@dataclass
class Visit:
    """What the browser told the shop; all of it None for draft, POS, API and Shop-app orders (T16)."""

    landing_site: str | None = None
    referring_site: str | None = None
    browser_ip: str | None = None
    user_agent: str | None = None
    cart_token: str | None = None
    checkout_token: str | None = None
    journey: tuple[PageVisit, ...] = ()
    """Every visit of that browser, oldest first; empty: only the landing page is known."""
