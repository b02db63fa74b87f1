"""From where a commission stands to where it should stand: the one mechanism. Pure.

Refund, edit, cancellation, re-attribution, a corrected rate, time: each changes the target, and what
is posted is target minus posted, account by account. Source: semantics.md 6 and 7, precision.md 1.5.
"""

from datetime import datetime

import msgspec

from app.commissions.model import Position
from app.ledger.chart import Account, EntryKind
from app.ledger.model import Entry, Line


class Route(msgspec.Struct, frozen=True):
    """Which accounts something earned moves between."""

    source: Account
    held: Account
    """Where it stands on hold."""
    owed: Account
    """Where it stands after it."""
    opens: EntryKind
    """What the entry is called that brings it in."""
    is_direct: bool = False
    """Whether there is no hold: then it goes from its source to where it is owed."""


ORDER = Route(Account.COMMISSION_EXPENSE, Account.PENDING, Account.PAYABLE, EntryKind.ACCRUE)


class Cause(msgspec.Struct, frozen=True):
    """What a movement is about."""

    shop_id: int
    order_id: int | None
    """None: it is about an award."""
    creator_id: int
    currency: str
    event_id: int | None
    caused_at: datetime
    """Shopify's time of what changed."""
    paid_at: datetime | None
    matures_at: datetime | None
    posted_entries: int
    """How many entries this order and creator have already: the next key counts on from here."""
    posted_until: datetime | None = None
    """When the latest of them was true: nothing matures before it is there."""
    route: Route = ORDER
    award: str | None = None


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
    source, held, owed, opens = cause.route.source, cause.route.held, cause.route.owed, cause.route.opens
    begun, caused = _accrued_at(cause), cause.caused_at
    if cause.route.is_direct and pending == 0:
        less = opens if cause.posted_entries == 0 else EntryKind.REVERSE
        steps = _step(opens, source, owed, payable, begun) + _step(less, owed, source, -payable, begun)
    else:
        matured, back = max(0, payable), max(0, min(pending, -payable))
        entered = pending + matured - back
        steps = _step(EntryKind.HOLD, owed, held, back, caused)
        steps += _step(opens, source, held, entered, begun)
        steps += _step(EntryKind.REVERSE, held, source, -entered, caused)
        steps += _step(EntryKind.MATURE, held, owed, matured, _matured_at(cause, steps))
        steps += _step(EntryKind.REVERSE, owed, source, -payable - back, caused)
    return [_entry(step, cause, cause.posted_entries + n) for n, step in enumerate(steps)]


def _step(kind: EntryKind, debit: Account, credit: Account, minor: int, at: datetime) -> list[_Step]:
    return [_Step(kind, Line(debit, credit, minor), at)] if minor > 0 else []


def _accrued_at(cause: Cause) -> datetime:
    """The first accrual is true since the payment; a later one since what caused it."""
    return cause.paid_at if cause.posted_entries == 0 and cause.paid_at is not None else cause.caused_at


def _matured_at(cause: Cause, steps: list[_Step]) -> datetime:
    """The end of the hold, or when that which matures came, whatever was later: no balance of the past goes wrong."""
    known = [cause.matures_at or cause.caused_at, *(step.effective_at for step in steps)]
    return max(known if cause.posted_until is None else [*known, cause.posted_until])


def _entry(step: _Step, cause: Cause, number: int) -> Entry:
    return Entry(
        shop_id=cause.shop_id,
        kind=step.kind,
        creator_id=cause.creator_id,
        currency=cause.currency,
        lines=(step.line,),
        effective_at=step.effective_at,
        key=_key(cause, number),
        order_id=cause.order_id,
        award=cause.award,
        event_id=cause.event_id,
    )


def _key(cause: Cause, number: int) -> str:
    if cause.award is not None:
        return f"award/{cause.award}/{number}"
    return f"order/{cause.order_id}/{cause.creator_id}/{number}"
