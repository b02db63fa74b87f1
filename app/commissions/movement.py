"""From where a commission stands to where it should stand: the one mechanism. Pure.

Refund, edit, cancellation, re-attribution, a corrected rate, time: each changes the target, and what
is posted is target minus posted, account by account. Source: semantics.md 6 and 7, precision.md 1.5.
"""

from datetime import datetime

import msgspec

from app.commissions.model import Position
from app.ledger.chart import Account, EntryKind
from app.ledger.model import Entry, Line

EXPENSE, PENDING, PAYABLE = Account.COMMISSION_EXPENSE, Account.PENDING, Account.PAYABLE


class Cause(msgspec.Struct, frozen=True):
    """What a movement is about."""

    shop_id: int
    order_id: int
    creator_id: int
    currency: str
    event_id: int | None
    caused_at: datetime
    """Shopify's time of what changed."""
    paid_at: datetime | None
    matures_at: datetime | None
    posted_entries: int
    """How many entries this order and creator have already: the next key counts on from here."""


class _Step(msgspec.Struct, frozen=True):
    kind: EntryKind
    line: Line
    effective_at: datetime


def move(posted: Position, target: Position, cause: Cause) -> list[Entry]:
    """The entries that lead from posted to target; none when it stands where it should.

    What is newly earned enters through pending, and from there matures, so that the books read in
    the order in which things were true. What is taken back leaves from the account that holds it.
    """
    pending = target.pending - posted.pending
    payable = target.payable - posted.payable
    steps: list[_Step] = []
    if payable > 0:
        if pending + payable > 0:
            steps += _step(EntryKind.ACCRUE, EXPENSE, PENDING, pending + payable, _accrued_at(posted, cause))
        else:
            steps += _step(EntryKind.REVERSE, PENDING, EXPENSE, -(pending + payable), cause.caused_at)
        steps += _step(EntryKind.MATURE, PENDING, PAYABLE, payable, cause.matures_at or cause.caused_at)
    elif pending > 0:
        held = min(pending, -payable)
        steps += _step(EntryKind.HOLD, PAYABLE, PENDING, held, cause.caused_at)
        steps += _step(EntryKind.ACCRUE, EXPENSE, PENDING, pending - held, _accrued_at(posted, cause))
        steps += _step(EntryKind.REVERSE, PAYABLE, EXPENSE, -payable - held, cause.caused_at)
    else:
        steps += _step(EntryKind.REVERSE, PENDING, EXPENSE, -pending, cause.caused_at)
        steps += _step(EntryKind.REVERSE, PAYABLE, EXPENSE, -payable, cause.caused_at)
    return [_entry(step, cause, cause.posted_entries + n) for n, step in enumerate(steps)]


def _step(kind: EntryKind, debit: Account, credit: Account, minor: int, at: datetime) -> list[_Step]:
    return [_Step(kind, Line(debit, credit, minor), at)] if minor > 0 else []


def _accrued_at(posted: Position, cause: Cause) -> datetime:
    """The first accrual is true since the payment; a later one since what caused it."""
    first = posted == Position() and cause.posted_entries == 0
    return cause.paid_at if first and cause.paid_at is not None else cause.caused_at


def _entry(step: _Step, cause: Cause, number: int) -> Entry:
    return Entry(
        shop_id=cause.shop_id,
        kind=step.kind,
        creator_id=cause.creator_id,
        currency=cause.currency,
        lines=(step.line,),
        effective_at=step.effective_at,
        key=f"order/{cause.order_id}/{cause.creator_id}/{number}",
        order_id=cause.order_id,
        event_id=cause.event_id,
    )
