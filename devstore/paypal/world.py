"""What the pretend PayPal remembers: tokens, batches, items, balances, notices. In memory."""

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from devstore.clock import rfc3339
from devstore.model import Refused
from devstore.paypal.contract import Item
from devstore.provider_post import Notice, Post, PostSwitches
from devstore.provider_script import Script
from devstore.state import State

CLIENT_ID = "paypal-devstore"
CLIENT_SECRET = "paypal-devstore-secret"  # noqa: S105  # the pretend provider's own pretend secret
WEBHOOK_ID = "WH-DEVSTORE"
SIGNING = b"paypal-devstore-signing"
BALANCE = Decimal(1_000_000)
FEE = Decimal("0.25")
SAME_BATCH = timedelta(days=30)
# A status and the name of its notice; PENDING has none.
NOTICES = {
    "SUCCESS": "SUCCEEDED", "FAILED": "FAILED", "UNCLAIMED": "UNCLAIMED", "RETURNED": "RETURNED", "ONHOLD": "HELD",
    "BLOCKED": "BLOCKED", "REFUNDED": "REFUNDED", "REVERSED": "REFUNDED",
}  # fmt: skip
BACK = frozenset({"FAILED", "RETURNED", "BLOCKED", "REFUNDED", "REVERSED"})
MOVES = {
    "PENDING": frozenset(NOTICES),
    "ONHOLD": frozenset(NOTICES) - {"ONHOLD"},
    "UNCLAIMED": frozenset({"SUCCESS", "RETURNED"}),
    "SUCCESS": frozenset({"REVERSED", "REFUNDED", "RETURNED"}),
}


@dataclass
class PayPal:
    """One sender at the pretend PayPal. Hold `state.lock` around changes."""

    state: State
    script: Script = field(default_factory=Script)
    tokens: dict[str, datetime] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    balances: dict[str, Decimal] = field(default_factory=dict)
    post: Post = field(init=False)

    def __post_init__(self) -> None:
        switches = PostSwitches(path="/webhooks/paypal", secret=WEBHOOK_ID)
        self.post = Post(lambda: self.state.app.url, self._headers, switches)
        self.state.forgetters.append(self.forget)

    def forget(self) -> None:
        """Begin again with nothing."""
        for book in (self.tokens, self.batches, self.items, self.balances):
            book.clear()
        self.script.steps.clear()
        self.post.clear()

    def id(self, kind: str) -> str:
        """A new id that looks like PayPal's."""
        return self.state.next_token(f"paypal-{kind}", 13).upper()

    def found(self, book: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
        """The batch or item. Raises Refused (NOT_FOUND)."""
        if name not in book:
            raise Refused(f"There is nothing of the id {name!r}.", "NOT_FOUND")
        return book[name]

    def same_batch(self, sender_batch_id: str | None) -> dict[str, Any] | None:
        """The batch of the last 30 days with this id of the sender's."""
        since = self.state.now - SAME_BATCH
        for batch in self.batches.values():
            header = batch["sender_batch_header"]
            if sender_batch_id and header.get("sender_batch_id") == sender_batch_id and batch["at"] > since:
                return batch
        return None

    def pay(self, batch_id: str, item: Item) -> None:
        """Take money and fee from the balance; the payment becomes what the script says, or SUCCESS."""
        currency, value = item.amount.currency, Decimal(item.amount.value)
        self.balances[currency] = self.balances.setdefault(currency, BALANCE) - value - FEE
        name = self.id("item")
        self.items[name] = {
            "payout_item_id": name, "transaction_id": self.id("transaction"), "transaction_status": "PENDING",
            "payout_item_fee": {"currency": currency, "value": str(FEE)}, "payout_batch_id": batch_id,
            "sender_batch_id": self.batches[batch_id]["sender_batch_header"].get("sender_batch_id"),
            "payout_item": item.model_dump(exclude_none=True), "time_processed": rfc3339(self.state.now),
        }  # fmt: skip
        fate = self.script.fate(item.receiver)
        if fate.becomes != "PENDING":
            self.move(self.items[name], fate.becomes or "SUCCESS", fate.reason)

    def move(self, item: dict[str, Any], status: str, reason: str = "") -> dict[str, Any]:
        """The item takes a status and the app is told. Raises Refused for a step that PayPal does not know."""
        old = item["transaction_status"]
        if status not in MOVES.get(old, frozenset()):
            raise Refused(f"{item['payout_item_id']} is {old}; it cannot become {status!r}.")
        item["transaction_status"] = status
        if reason:
            item["errors"] = {"name": reason, "message": f"The devstore says {reason}."}
        if status in BACK:
            amount = item["payout_item"]["amount"]
            self.balances[amount["currency"]] += Decimal(amount["value"])
        self.tell(f"PAYMENT.PAYOUTS-ITEM.{NOTICES[status]}", "payouts_item", item)
        return item

    def tell(self, kind: str, resource_type: str, resource: dict[str, Any]) -> None:
        """A notice to the app, signed when it leaves."""
        event = {
            "id": f"WH-{self.id('event')}", "event_version": "1.0", "create_time": rfc3339(self.state.now),
            "resource_type": resource_type, "event_type": kind, "summary": kind, "resource": resource, "links": [],
        }  # fmt: skip
        self.post.add(Notice(str(event["id"]), kind, json.dumps(event).encode()))

    def sent(self) -> list[dict[str, Any]]:
        """What each receiver got and kept, per currency."""
        held: dict[tuple[str, str], Decimal] = {}
        for one in self.items.values():
            if one["transaction_status"] == "SUCCESS":
                amount = one["payout_item"]["amount"]
                key = (one["payout_item"]["receiver"], amount["currency"])
                held[key] = held.get(key, Decimal(0)) + Decimal(amount["value"])
        return [
            {"recipient": who, "currency": unit, "amount": str(sum_)} for (who, unit), sum_ in held.items()
        ]

    def signature(self, transmission_id: str, at: str, webhook_id: str, body: bytes) -> str:
        """Over id, time, webhook and CRC-32 of the body, as PayPal's; made with a secret, only `verify` knows it."""
        text = f"{transmission_id}|{at}|{webhook_id}|{zlib.crc32(body)}"
        return base64.b64encode(hmac.new(SIGNING, text.encode(), hashlib.sha256).digest()).decode()

    def _headers(self, notice: Notice) -> dict[str, str]:
        name, at = f"T-{notice.id}", rfc3339(self.state.now)
        return {
            "PAYPAL-TRANSMISSION-ID": name, "PAYPAL-TRANSMISSION-TIME": at, "PAYPAL-AUTH-ALGO": "SHA256withRSA",
            "PAYPAL-CERT-URL": "https://api-m.sandbox.paypal.com/v1/notifications/certs/CERT-DEVSTORE",
            "PAYPAL-TRANSMISSION-SIG": self.signature(name, at, self.post.switches.secret, notice.body),
        }  # fmt: skip
