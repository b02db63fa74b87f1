"""What the pretend Stripe remembers: recipients, transfers, outbound payments, balances, events. In memory."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from devstore.clock import rfc3339
from devstore.model import Refused
from devstore.provider_post import Notice, Post, PostSwitches
from devstore.provider_script import Script
from devstore.state import State
from devstore.stripe.keys import V1, V2, Keys

KEY = "sk_test_devstore"
SECRET = "whsec_devstore"  # noqa: S105  # the pretend provider's own pretend secret
FINANCIAL_ACCOUNT = "fa_test_devstore"
BALANCE = 100_000_000
STATUS_EVENT = "v2.core.account[configuration.recipient].capability_status_updated"


@dataclass
class Link:
    """A way into onboarding: one use, five minutes."""

    account: str
    return_url: str
    refresh_url: str
    expires: float
    used: bool = False


@dataclass
class Stripe:
    """One platform account at the pretend Stripe. Amounts are minor units. Hold `state.lock` around changes."""

    state: State
    script: Script = field(default_factory=Script)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    transfers: dict[str, dict[str, Any]] = field(default_factory=dict)
    outbound: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    destinations: dict[str, dict[str, Any]] = field(default_factory=dict)
    available: dict[str, int] = field(default_factory=dict)
    financial: dict[str, int] = field(default_factory=dict)
    v1: Keys = field(default_factory=lambda: Keys(V1, keeps_failures=True))
    v2: Keys = field(default_factory=lambda: Keys(V2, keeps_failures=False))
    post: Post = field(init=False)

    def __post_init__(self) -> None:
        switches = PostSwitches(path="/webhooks/stripe", secret=SECRET)
        self.post = Post(lambda: self.state.app.url, self._headers, switches)
        self.state.forgetters.append(self.forget)

    def forget(self) -> None:
        """Begin again with nothing."""
        for book in (
            self.accounts, self.links, self.transfers, self.outbound, self.events, self.destinations,
            self.available, self.financial, self.v1.kept, self.v2.kept,
        ):  # fmt: skip
            book.clear()
        self.script.steps.clear()
        self.post.clear()

    def id(self, kind: str) -> str:
        """A new id that looks like Stripe's."""
        return f"{kind}_test_{self.state.next_token(kind, 24)}"

    @property
    def created(self) -> int:
        """The clock's instant as v1 writes it, seconds since 1970."""
        return int(self.state.now.timestamp())

    def found(self, book: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
        """The object. Raises Refused (NOT_FOUND) as the API's resource_missing and the control API's 404."""
        if name not in book:
            raise Refused(f"No such object: {name!r}.", "NOT_FOUND")
        return book[name]

    def set_capability(self, account: dict[str, Any], status: str) -> None:
        """All requested capabilities of the recipient take this status, and the app is told."""
        recipient = account["configuration"]["recipient"]
        for group in recipient["capabilities"].values():
            for capability in group.values():
                capability["status"] = status
        self.tell(STATUS_EVENT, "v2.core.account", account["id"], f"/v2/core/accounts/{account['id']}")

    def tell(self, kind: str, object_kind: str, name: str, url: str) -> None:
        """A thin event: it names the object, whose present state the app reads for itself."""
        event: dict[str, Any] = {
            "id": self.id("evt"),
            "object": "v2.core.event",
            "type": kind,
            "created": rfc3339(self.state.now),
            "livemode": False,
            "related_object": {"id": name, "type": object_kind, "url": url},
        }
        self.events[event["id"]] = event
        wanted = [one["enabled_events"] for one in self.destinations.values()]
        if not wanted or any(kind in some or "*" in some for some in wanted):
            self.post.add(Notice(event["id"], kind, json.dumps(event).encode()))

    def sent(self) -> list[dict[str, Any]]:
        """What each recipient got and kept, per currency, minor units."""
        held: dict[tuple[str, str], int] = {}
        for one in self.transfers.values():
            key = (one["destination"], one["currency"])
            held[key] = held.get(key, 0) + one["amount"] - one["amount_reversed"]
        for one in self.outbound.values():
            if one["status"] in {"processing", "posted"}:
                key = (one["to"]["recipient"], one["amount"]["currency"])
                held[key] = held.get(key, 0) + one["amount"]["value"]
        return [
            {"recipient": who, "currency": currency, "amount": amount}
            for (who, currency), amount in held.items()
        ]

    def _headers(self, notice: Notice) -> dict[str, str]:
        # The SDK compares with the machine's clock, whatever the devstore's says.
        at = int(time.time())
        signed = f"{at}.".encode() + notice.body
        digest = hmac.new(self.post.switches.secret.encode(), signed, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={at},v1={digest}"}
