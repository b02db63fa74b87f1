"""What the life of a payout moves in the books. Pure; source: semantics.md 7 and precision.md 3."""

from dataclasses import dataclass

from app.ledger.chart import Account, EntryKind
from app.ledger.model import Line
from app.payouts.protocol import BACK, State


@dataclass(frozen=True, slots=True)
class Movement:
    """Why, and between which accounts."""

    kind: EntryKind
    lines: tuple[Line, ...]


def movement(before: State | None, after: State, amount_minor: int) -> Movement | None:
    """The entry for a payout of `amount_minor` that went from one state to another; None: the books stand still.

    `before` is None for a payout that is being made. Two lines where money left after all that had been released.
    """
    here, there = _place(before), _place(after)
    if here is there:
        return None
    reserve = Line(Account.PAYABLE, Account.IN_TRANSIT, amount_minor)
    pay = Line(Account.IN_TRANSIT, Account.CASH, amount_minor)
    if there is Account.CASH:
        return Movement(EntryKind.PAID, (pay,) if here is Account.IN_TRANSIT else (reserve, pay))
    if there is Account.IN_TRANSIT:
        return Movement(EntryKind.RESERVE, (reserve,))
    kind = EntryKind.FAILED if here is Account.IN_TRANSIT else EntryKind.RETURNED
    return Movement(kind, (Line(here, Account.PAYABLE, amount_minor),))


def fee(before_minor: int, after_minor: int) -> Line | None:
    """The line for what a provider took, or gave back of it; None when that stayed as it was."""
    if before_minor == after_minor:
        return None
    if after_minor > before_minor:
        return Line(Account.FEES, Account.CASH, after_minor - before_minor)
    return Line(Account.CASH, Account.FEES, before_minor - after_minor)


def _place(state: State | None) -> Account:
    if state is None or state in BACK:
        return Account.PAYABLE
    return Account.CASH if state is State.PAID else Account.IN_TRANSIT
