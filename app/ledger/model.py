"""Entries as values, before they are written."""

from datetime import datetime

import msgspec

from app.kernel.errors import Invalid
from app.ledger.chart import Account, EntryKind


class Line(msgspec.Struct, frozen=True):
    """A positive amount from one account to another."""

    debit: Account
    credit: Account
    amount_minor: int


class Entry(msgspec.Struct, frozen=True):
    """One cause, for one creator in one currency. Balances by construction."""

    shop_id: int
    kind: EntryKind
    creator_id: int
    currency: str
    lines: tuple[Line, ...]
    effective_at: datetime
    """When it was true, by the clock of whoever caused it."""
    key: str
    """Unique in the shop: the same movement can never be posted twice."""
    order_id: int | None = None
    award: str | None = None
    """Of what it is about when there is no order."""
    event_id: int | None = None

    def __post_init__(self) -> None:
        for line in self.lines:
            if line.amount_minor <= 0 or line.debit is line.credit:
                raise UnbalancedLine(line)


class Posted(msgspec.Struct, frozen=True):
    """What is posted for one order or award and one creator. Credits minus debits, minor units."""

    creator_id: int
    currency: str
    pending: int
    payable: int
    entries: int
    until: datetime
    """When the latest entry was true."""


class UnbalancedLine(Invalid):
    """A line that moves nothing, or moves it nowhere."""

    def __init__(self, line: Line) -> None:
        super().__init__(
            f"A posting of {line.amount_minor} from {line.credit} to {line.debit} moves nothing."
        )
