"""An order's story in the order of time: what happened, and when we learnt it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel.clock import instant

HAPPENED = {
    "accrue": "Commission recorded",
    "mature": "Hold over: the commission can be paid",
    "hold": "Put back on hold",
    "reverse": "Commission taken back",
}
"""Kinds of journal entry in words."""

TOPICS = {
    "orders/create": "order placed",
    "orders/updated": "order changed",
    "orders/paid": "order paid",
    "orders/cancelled": "order cancelled",
    "orders/edited": "order edited",
    "orders/reread": "order read again",
    "orders/journey": "visits before the order",
    "refunds/create": "refund made",
    "disputes/create": "payment disputed",
    "disputes/update": "dispute changed",
}
"""Topics of Shopify's messages in words; others are shown by their own name."""

DECIDED = {
    "order.assigned": "Credited by hand",
    "order.unassigned": "Credited to nobody by hand",
    "order.assignment_undone": "A decision by hand was taken back",
}
"""Kinds of decision in words; others are shown by their own name."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened."""

    at: datetime
    text: str
    amount_minor: int | None = None
    currency: str | None = None
    creators: tuple[str, ...] = ()
    learnt_at: datetime | None = None
    detail: str | None = None


def timeline(record: Mapping[str, Any]) -> list[Moment]:
    """Every moment of the order, earliest first."""
    said = [("placed_at", "Placed"), ("paid_at", "Paid")]
    moments = [Moment(instant(record[key]), text) for key, text in said if record[key]]
    moments += [
        Moment(
            instant(e["triggered_at"]),
            f"Shopify's message: {told(e['topic'])}",
            learnt_at=instant(e["received_at"]),
        )
        for e in record["events"]
    ]
    moments += [
        Moment(
            instant(m["effective_at"]),
            HAPPENED.get(m["kind"], m["kind"]),
            m["amount"]["minor"],
            m["amount"]["currency"],
            (m["creator"],),
        )
        for m in record["ledger"]
    ]
    moments += [
        Moment(instant(c["matures_at"]), "Hold ends", creators=(c["creator"],))
        for c in record["credits"]
        if c["matures_at"] and not any(m["kind"] == "mature" for m in record["ledger"])
    ]
    moments += [_decided(d) for d in record["decisions"]]
    return sorted(moments, key=lambda moment: moment.at)


def told(topic: str) -> str:
    """What a message from Shopify was about, in words."""
    return TOPICS.get(topic, topic)


def _decided(decision: Mapping[str, Any]) -> Moment:
    """What a person decided, by whom and why; also what was taken back later."""
    facts = decision["facts"]
    said = DECIDED.get(decision["kind"], decision["kind"].replace(".", " ").replace("_", " ").capitalize())
    by = {"cli": "the command line", "system": "Tribute"}.get(decision["actor"], f"staff {decision['actor']}")
    reason = f": {facts['reason']}" if facts.get("reason") else ""
    whom = tuple(s["creator"] for s in facts.get("shares", ()))
    return Moment(instant(decision["decided_at"]), said, creators=whom, detail=f"{by}{reason}")
