"""What befalls an order after it was placed: parcels that leave, returns, disputes. Payloads and GraphQL read these."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass
class Fulfillment:
    """Units that were sent, {line id: units}. status: success | cancelled."""

    id: int
    created_at: datetime
    updated_at: datetime
    lines: dict[int, int]
    status: str = "success"


@dataclass
class Return:
    """Units on their way back. status: open | closed | canceled. Nothing of the order changes until it is processed."""

    id: int
    number: int
    created_at: datetime
    lines: dict[int, int]
    status: str = "open"
    processed: bool = False
    closed_at: datetime | None = None
    exchange_lines: list[int] = field(default_factory=list)
    """Lines of the same order that the shopper gets instead."""
    refunds: list[int] = field(default_factory=list)


DISPUTE_TYPES = ("chargeback", "inquiry")
DISPUTE_STATUSES = (
    "needs_response",
    "under_review",
    "accepted",
    "won",
    "lost",
    "prevented",
    "charge_refunded",
)
FINAL = frozenset(DISPUTE_STATUSES[2:])


@dataclass
class Dispute:
    """A shopper questions a charge at the bank. Status: one of DISPUTE_STATUSES; amount in the charge's currency."""

    id: int
    type: str
    status: str
    reason: str
    network_reason_code: str
    amount: Decimal
    currency: str
    initiated_at: datetime
    evidence_due_by: datetime | None
    evidence_sent_on: datetime | None = None
    finalized_on: datetime | None = None
