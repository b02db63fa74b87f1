"""Where a commission is in its life: derived from facts and time, never written by hand. Pure.

Source: semantics.md 6.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from app.commissions.accrue import is_matured
from app.commissions.model import Earning


class Status(StrEnum):
    """Spelling in pages, exports and `explain`; the order is from worst to best."""

    FLAGGED = "flagged"
    DENIED = "denied"
    REVERSED = "reversed"
    AWAITING_PAYMENT = "awaiting_payment"
    PENDING = "pending"
    APPROVED = "approved"
    PAID = "paid"
    UNQUALIFIED = "unqualified"


def status_of(earning: Earning, as_of: datetime) -> Status:
    """The status of one credit then."""
    if earning.denied:
        return Status.DENIED
    if earning.lines and all(line.remaining == 0 for line in earning.lines):
        return Status.REVERSED
    if earning.paid_at is not None and earning.commission_minor and not earning.earned_minor:
        return Status.REVERSED  # A dispute took all of it.
    if not _is_paid_for(earning, as_of):
        return Status.AWAITING_PAYMENT
    if earning.flagged:
        return Status.FLAGGED
    return Status.APPROVED if is_matured(earning, as_of) else Status.PENDING


def _is_paid_for(earning: Earning, as_of: datetime) -> bool:
    """In full by then, or in part; the time of a part is not kept."""
    if earning.paid_at is None:
        return earning.earned_minor > 0
    return earning.paid_at <= as_of


def order_status(credits: Sequence[Status]) -> Status:  # noqa: A002 - the trade's word
    """An order's status is its worst credit's; without any it is unqualified."""
    return next((s for s in Status if s in credits), Status.UNQUALIFIED)
