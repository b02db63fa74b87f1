"""Whether a page of a shop's storefront is there, as any visitor would find out."""

import requests

from app.shopify.http import TIMEOUT

HTTP_OK, REDIRECT, ERROR = 200, 300, 400
ASKED_AS = "TributeLinkCheck/1.0 (+https://shopify.dev)"


def status_of(http: requests.Session, admin_origin: str | None, domain: str, path: str) -> int | None:
    """The status that the page answers with; None where it cannot be told.

    That is: nobody answers, the shop is behind a password or moves its visitors to another address of its own, or it is busy.
    `admin_origin` is set only for the devstore, which shows every shop below it.
    """
    origin = f"{admin_origin}/shops/{domain}" if admin_origin else f"https://{domain}"
    try:
        with http.get(
            f"{origin}{path}",
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
            headers={"User-Agent": ASKED_AS},
        ) as answer:
            found = answer.status_code
    except requests.RequestException:
        return None
    return found if HTTP_OK <= found < REDIRECT or found in GONE else None


GONE = frozenset({404, 410})
"""What a page answers with that is not there."""
