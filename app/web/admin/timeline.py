"""An order's story in the order of time: what happened, and when we learnt it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel.clock import instant
from app.reports.orders import Delivery, Movement

HAPPENED = {
    "accrue": "Commission recorded",
    "mature": "Hold over: the commission can be paid",
    "hold": "Put back on hold",
    "reverse": "Commission taken back",
}
"""Kinds of journal entry in words."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened."""

    at: datetime
    text: str
    amount_minor: int | None = None
    currency: str | None = None
    creator: str | None = None
    learnt_at: datetime | None = None


def timeline(
    record: dict[str, Any], moves: Sequence[Movement], deliveries: Sequence[Delivery]
) -> list[Moment]:
    """Every moment of the order, earliest first."""
    said = [("placed_at", "Placed"), ("paid_at", "Paid")]
    moments = [Moment(instant(record[key]), text) for key, text in said if record[key]]
    moments += [
        Moment(d.triggered_at, f"Shopify sent {d.topic}", learnt_at=d.received_at) for d in deliveries
    ]
    moments += [
        Moment(m.effective_at, HAPPENED.get(m.kind, m.kind), m.amount_minor, m.currency, m.creator)
        for m in moves
    ]
    moments += [
        Moment(instant(c["matures_at"]), "Hold ends", creator=c["creator"])
        for c in record["credits"]
        if c["matures_at"] and not any(m.kind == "mature" for m in moves)
    ]
    return sorted(moments, key=lambda moment: moment.at)
