"""How Shopify signs what it forwards to an app: the parameters, sorted, with repeated ones joined by commas."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

Parameters = Sequence[tuple[str, str]]


def signed(
    given: Parameters, shop: str, prefix: str, now: datetime, secret: str, *, customer: str = ""
) -> list[tuple[str, str]]:
    """The visitor's own parameters with Shopify's, and the signature over all of them. `customer`: who is signed in."""
    ours = {
        "shop": shop,
        "logged_in_customer_id": customer,
        "path_prefix": prefix,
        "timestamp": str(int(now.timestamp())),
    }
    sent = [(name, value) for name, value in given if name not in {*ours, "signature"}] + list(ours.items())
    return [*sent, ("signature", signature(sent, secret))]


def signature(sent: Parameters, secret: str) -> str:
    """Hex HMAC-SHA256."""
    by_name: dict[str, list[str]] = {}
    for name, value in sent:
        by_name.setdefault(name, []).append(value)
    message = "".join(sorted(f"{name}={','.join(values)}" for name, values in by_name.items()))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
