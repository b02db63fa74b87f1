"""The chart of accounts, and what kinds of entry there are. Source: semantics.md 7."""

from enum import StrEnum


class Account(StrEnum):
    """Kinds of account; an account is (kind, creator, currency)."""

    COMMISSION_EXPENSE = "commission_expense"
    PENDING = "pending"
    """Owed, still on hold."""
    PAYABLE = "payable"
    """Owed, hold over. Negative: a debt carried to the next payout."""
    IN_TRANSIT = "in_transit"
    CASH = "cash"
    FEES = "fees"
    FX = "fx"
    WRITEOFF = "writeoff"
    """Debts of creators that the merchant has let go of."""
    FEE_EXPENSE = "fee_expense"
    """Fixed fees of agreements. (`fees` are a provider's.)"""
    GIFT_EXPENSE = "gift_expense"
    """What gifts cost the merchant: goods and shipping."""
    GOODS = "goods"
    """The other side of a gift: nothing of it is owed to anybody."""
    OPENING = "opening"
    """The other side of what was earned in another app before this one."""


class EntryKind(StrEnum):
    """Why an entry was made."""

    ACCRUE = "accrue"
    """An order was paid, or more of it is earned than was posted."""
    MATURE = "mature"
    """The hold is over: pending becomes payable."""
    HOLD = "hold"
    """Payable goes back on hold: a flag, or a payment that turned out to be later."""
    REVERSE = "reverse"
    """Less is earned than was posted: refund, edit, cancellation, another creator, a decision undone."""
    GIFT = "gift"
    """Goods were given."""
    OPENING = "opening"
    """A balance brought over from another app."""
    WRITE_OFF = "write_off"
    """A debt was let go of, by a person with a reason."""
